// The console: which view is shown, and its updates.

import { get, scope } from "./api.js";
import { choice, h, moment, update } from "./dom.js";
import { createView, moveView, updateView } from "./call.js";
import { detailView } from "./detail.js";
import { diagnosisView } from "./diagnosis.js";
import { faultsView } from "./faults.js";
import { journalView } from "./journal.js";
import { listView } from "./list.js";
import { worldView } from "./world.js";

const PERIOD = 1000;
const SHARE = 9; // of the time, the server has at least nine tenths for others

const VIEWS = { r: listView, o: detailView, new: createView, edit: updateView, move: moveView, journal: journalView, diagnosis: diagnosisView, faults: faultsView, world: worldView };
const OF_A_KIND = ["r", "new"];
const main = document.getElementById("main");
const notices = document.getElementById("notices");

/** What the views share: the schema of the API, the overview of the world, and what they can do. */
const app = { schema: null, overview: null, tenancies: [], refresh, attempt, notify, leave };
let view = null;
let timer = 0;
let round = 0;
let isLost = false;

export function titleOf(kind) {
  const title = app.schema.kinds.find((each) => each.kind === kind).title;
  return `${title[0].toUpperCase()}${title.slice(1)}s`;
}

function open() {
  const [name, argument] = location.hash.slice(2).split("/").map(decodeURIComponent);
  const isKnown = VIEWS[name] && (!OF_A_KIND.includes(name) || app.schema.kinds.some(({ kind }) => kind === argument));
  view = isKnown ? VIEWS[name](app, argument) : listView(app, "models");
  main.replaceChildren(h("p", { class: "muted" }, "Loading…"));
  if (document.activeElement !== document.body) main.focus({ preventScroll: true });
  scrollTo(0, 0);
  return refresh();
}

/** Load and show what is visible now, and again after a while. */
async function refresh() {
  clearTimeout(timer);
  const [mine, shown] = [++round, view];
  const began = performance.now();
  try {
    const [overview, data] = await Promise.all([get("/overview"), shown.load()]);
    if (mine !== round) return;
    app.overview = overview;
    showFrame();
    document.title = `${shown.title(data)} · genai-ports`;
    const nodes = shown.render(data);
    if (!shown.isOwn) update(main, nodes);
    else if (!main.contains(nodes[0])) main.replaceChildren(...nodes);
    if (isLost) notify("The server responds again.");
    isLost = false;
  } catch (error) {
    if (mine !== round) return;
    showError(error);
  }
  const took = performance.now() - began;
  timer = setTimeout(refresh, document.hidden ? 30 * PERIOD : Math.max(PERIOD, SHARE * took));
}

function showError(error) {
  if (error.status) {
    update(main, [h("h1", {}, "Not available"), h("p", {}, error.message), h("p", {}, h("a", { href: "#/r/models" }, "Show the models"))]);
    return;
  }
  if (!isLost) notify("The server does not respond. The console tries again.", true);
  isLost = true;
}

function leave(hash) {
  location.hash = hash;
}

/** Carry out an action of a person, say what came of it, and show what has changed. */
async function attempt(act, said) {
  try {
    const result = await act();
    if (result?.disrupted) notify(`A fault damaged the response: ${result.disrupted}.`, true);
    else notify(typeof said === "function" ? said(result) : said);
    await refresh();
    return result;
  } catch (error) {
    const why = error.rule ? ` (${[error.status, error.code, `rule ${error.rule}`].join(", ")})` : "";
    notify(`${error.message}${why}`, true);
    return null;
  }
}

let clearing = 0;

function notify(text, isBad = false) {
  clearTimeout(clearing);
  const close = h("button", { class: "close", "aria-label": "Dismiss", onclick: () => notices.replaceChildren() }, "×");
  notices.replaceChildren(h("div", { class: isBad ? "notice bad" : "notice" }, h("p", {}, text), close));
  if (!isBad) clearing = setTimeout(() => notices.replaceChildren(), 6000);
}

function showFrame() {
  const { time, clock, regions, counts } = app.overview;
  update(document.getElementById("clock"), [h("span", { class: "muted" }, `${clock} clock`), moment(time)]);
  const known = [["", "All regions"], ...[...new Set([...regions, scope.region].filter(Boolean))]];
  update(document.getElementById("scope"), [
    choice("region", known, { value: scope.region, "aria-label": "Region", onchange: (event) => { scope.region = event.target.value; open(); } }),
  ]);
  const here = location.hash || "#/r/models";
  const link = (hash, text, count) => h("li", {}, h("a", { href: hash, "aria-current": here === hash ? "page" : null },
    h("span", {}, text), count === undefined ? null : h("span", { class: "count" }, count.toLocaleString("en"))));
  const { faults, failingWork, modes, calls, troubles } = app.overview;
  update(document.getElementById("nav"), [
    h("ul", {}, Object.entries(counts).map(([kind, count]) => link(`#/r/${kind}`, titleOf(kind), count))),
    h("ul", {},
      link("#/journal", "Journal", calls),
      link("#/diagnosis", "Diagnosis", troubles),
      link("#/faults", "Faults and modes", faults + failingWork + modes.length),
      link("#/world", "World")),
    scope.tenancy ? h("p", { class: "tenancy" }, "Tenancy ", h("span", {}, scope.tenancy)) : null,
  ]);
}

async function start() {
  try {
    app.schema = await get("/schema");
  } catch (error) {
    showError(error);
    if (!error.status) setTimeout(start, PERIOD);
    return;
  }
  addEventListener("hashchange", open);
  document.querySelector(".skip").onclick = (event) => { event.preventDefault(); main.focus(); };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  await open();
}

start();
