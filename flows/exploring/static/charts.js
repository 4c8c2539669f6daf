"use strict";
// Draws the charts that stand in the page as data. Loads nothing but Vega, once, from the server the page came from.

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

let drawn = [];
let round = 0;
let loading = null;
let follows = () => false;

/** What a click on a mark does with the mark's address: true = it was followed, false = the browser shall. */
export function whenFollowed(does) { follows = does; }

// What Vega asks before it loads or links: it loads nothing, and links to the web alone. An address that the page
// follows itself is refused to Vega, which then leaves it alone.
const refused = async () => { throw new Error("a chart loads nothing"); };
const loader = {
  load: refused, http: refused, file: refused,
  async sanitize(address, { context }) {
    if (context !== "href" || !/^https?:$/.test(new URL(address, window.location.href).protocol)) return refused();
    if (follows(address)) throw new Error("followed");
    return { href: address, target: "_self" };
  },
};

/** Vega, from the page's own head or asked for now; resolved also where it could not be had. */
export function vega() {
  // A script in the page's head ran before this module, or failed.
  loading ??= new Promise((done) => {
    if (window.drawChart) { done(); return; }
    const script = document.createElement("script");
    script.addEventListener("load", done);
    script.addEventListener("error", () => { loading = null; done(); });
    script.src = "/static/vega.js";
    document.head.append(script);
  });
  return loading;
}

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
    if (!window.drawChart) throw new Error("Vega was not loaded");
    const spec = JSON.parse(data.textContent);
    const width = Math.max(220, place.clientWidth - 70);
    const made = await window.drawChart(place, fitted(spec, width), config(), loader);
    place.querySelectorAll("svg").forEach((svg) => { svg.setAttribute("role", "img"); svg.setAttribute("aria-label", spec.description); });
    place.dataset.drawn = "yes";
    return made;
  } catch (error) {
    place.textContent = "The chart could not be drawn: " + error.message;
    return null;
  }
}

/** Let go of what was drawn, and of what is being drawn: before it is drawn anew, and before the page goes. */
export function letGo() {
  round += 1;
  drawn.forEach((one) => one && one.finalize());
  drawn = [];
}

/** Draw every chart of the page. */
export async function drawAll() {
  const places = () => [...document.querySelectorAll("[data-chart]")];
  if (!places().length) return;
  await vega();
  letGo();
  const mine = round;
  const made = await Promise.all(places().map(draw));
  if (mine === round) drawn = made;
  else made.forEach((one) => one && one.finalize());
}

dark.addEventListener("change", drawAll);
let waiting = 0;
let before = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === before) return;
  before = window.innerWidth;
  clearTimeout(waiting);
  waiting = setTimeout(drawAll, 200);
});
