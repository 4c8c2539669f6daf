"use strict";
// Draws the charts that stand in the page as data; knows "/" (to the search) and Ctrl+Enter (ask). Loads nothing.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function config() {
    const ink = colour("--ink"), soft = colour("--soft"), line = colour("--line");
    return {
      background: "transparent",
      font: getComputedStyle(document.body).fontFamily,
      axis: { labelColor: soft, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, titleFontWeight: "normal" },
      legend: { labelColor: ink, titleColor: soft, columns: window.innerWidth < 480 ? 2 : 0 },
      text: { color: ink },
      view: { stroke: null },
    };
  }

  // Charts of several parts have no width of their own to fill: they are told how wide the page is.
  function fitted(part, width) {
    if (Array.isArray(part)) return part.map((one) => fitted(one, width));
    if (part === null || typeof part !== "object") return part;
    const made = {};
    for (const [name, value] of Object.entries(part)) made[name] = name === "data" || name === "datasets" ? value : fitted(value, width);
    if (made.width === 760) made.width = width;
    return made;
  }

  async function draw(place) {
    const data = place.parentElement.querySelector("script.spec");
    try {
      const spec = JSON.parse(data.textContent);
      const width = Math.max(220, place.clientWidth - 70);
      const drawn = await window.drawChart(place, fitted(spec, width), config());
      place.querySelectorAll("svg").forEach((svg) => { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", spec.description); });
      place.dataset.drawn = "yes";
      return drawn;
    } catch (error) {
      place.textContent = "The chart could not be drawn: " + error.message;
      return null;
    }
  }

  const places = [...document.querySelectorAll("[data-chart]")];
  let drawn = [];
  async function drawAll() {
    drawn.forEach((one) => one && one.finalize());
    drawn = await Promise.all(places.map(draw));
  }
  if (places.length && window.drawChart) {
    drawAll();
    dark.addEventListener("change", drawAll);
    let waiting = 0;
    let before = window.innerWidth;
    window.addEventListener("resize", () => {
      if (window.innerWidth === before) return;
      before = window.innerWidth;
      clearTimeout(waiting);
      waiting = setTimeout(drawAll, 200);
    });
  }

  if (window.matchMedia("(max-width: 56rem)").matches) {
    document.querySelectorAll("details.facets").forEach((one) => { one.open = false; });
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      document.getElementById("q").focus();
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "sql") event.target.form.submit();
  });

  // An address without empty fields is one that can be sent to somebody.
  document.addEventListener("submit", (event) => {
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
    window.addEventListener("pageshow", () => { for (const field of event.target.elements) field.disabled = false; }, { once: true });
  });
})();
