"use strict";
// Turns pages in place. The server's pages are whole pages, and a click may load them as such; here the next one is
// fetched and put where this one stands, so that the browser need not start its scripts and charts from nothing.
// Addresses, back and forward, downloads, new tabs and pages of others stay the browser's own.
import { drawAll, letGo, vega, whenFollowed } from "./charts.js";

const PATIENCE_MILLISECONDS = 200;

let asking = null;
let shown = place(window.location.href);
let isPlain = true;

function place(address) {
  const url = new URL(address, window.location.href);
  return url.origin + url.pathname + url.search;
}

function isOurs(address) {
  const url = new URL(address, window.location.href);
  const isHere = place(url.href) === shown && url.hash;
  return url.origin === window.location.origin && !url.pathname.startsWith("/static/") && !isHere;
}

const hasKeys = (event) => event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

/** What every page is given once it stands: its charts; on a narrow screen the facets folded. */
export function begin() {
  if (window.matchMedia("(max-width: 56rem)").matches) {
    document.querySelectorAll("details.facets").forEach((one) => { one.open = false; });
  }
  return drawAll();
}

function show(page, address, isNew, top) {
  // Read without scripts, what is said to readers without scripts would be loaded.
  page.querySelectorAll("noscript").forEach((one) => one.remove());
  letGo();
  if (isNew) history.pushState({ top: 0 }, "", address);
  shown = place(address);
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  const heading = document.querySelector("main h1") ?? document.getElementById("main");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  const hash = decodeURIComponent(new URL(address, window.location.href).hash.slice(1));
  const target = hash && document.getElementById(hash);
  if (target) target.scrollIntoView(); else window.scrollTo(0, top);
  begin();
}

/** Fetch a page of this server and show it; whatever cannot be shown so is left to the browser. */
async function turn(address, isNew = true, top = 0) {
  asking?.abort();
  const mine = asking = new AbortController();
  const slow = setTimeout(() => { document.documentElement.dataset.busy = "yes"; }, PATIENCE_MILLISECONDS);
  try {
    vega();  // while the server is asked
    const given = await fetch(address, { signal: mine.signal });
    if (!(given.headers.get("content-type") ?? "").startsWith("text/html")) throw new TypeError("not a page");
    const page = new DOMParser().parseFromString(await given.text(), "text/html");
    if (!page.getElementById("main")) throw new TypeError("not a page of Explore");
    if (mine === asking) show(page, given.redirected ? given.url : address, isNew, top);
  } catch (error) {
    if (error.name !== "AbortError") window.location.assign(address);
  } finally {
    clearTimeout(slow);
    if (mine === asking) delete document.documentElement.dataset.busy;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || hasKeys(event) || link.hasAttribute("download")) return;
  if ((link.target && link.target !== "_self") || !isOurs(link.href)) return;
  event.preventDefault();
  turn(link.href);
});

// An address without empty fields is one that can be sent to somebody.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const url = new URL(form.action);
  url.search = new URLSearchParams([...new FormData(form, event.submitter)].filter(([, value]) => value));
  event.preventDefault();
  turn(url.href);
});

document.addEventListener("click", (event) => { isPlain = !hasKeys(event); }, true);
whenFollowed((address) => {
  if (!isPlain || !isOurs(address)) return false;
  turn(new URL(address, window.location.href).href);
  return true;
});

history.scrollRestoration = "manual";
let resting = 0;
window.addEventListener("scroll", () => {
  clearTimeout(resting);
  resting = setTimeout(() => { if (place(window.location.href) === shown) history.replaceState({ top: window.scrollY }, ""); }, 100);
}, { passive: true });
window.addEventListener("popstate", (event) => {
  asking?.abort();  // whatever was asked for, the address is another now
  const top = event.state?.top ?? 0;
  if (place(window.location.href) !== shown) turn(window.location.href, false, top); else window.scrollTo(0, top);
});
// Loaded anew, the page stands where it stood.
if (history.state?.top) window.scrollTo(0, history.state.top);
