// The last calls, newest first, with the rule behind each refusal.

import { get, scope, send } from "./api.js";
import { h, moment, prose, resourceLink, short } from "./dom.js";

const SHOWN = 200;

export function journalView(app) {
  let rules = null;
  let onlyRefusals = false;

  async function load() {
    rules ??= new Map((await get("/rules")).items.map((each) => [each.name, each]));
    return get("/journal", { last: onlyRefusals ? 1000 : SHOWN, region: scope.region });
  }

  function render({ items }) {
    const shown = items.filter((each) => !onlyRefusals || !(each.status < 400)).slice(-SHOWN).reverse();
    return [
      h("div", { class: "heading" }, h("h1", {}, "Journal"), h("button", { onclick: clear }, "Clear")),
      h("div", { class: "toolbar" },
        h("label", { class: "check" }, h("input", { type: "checkbox", onchange: (event) => { onlyRefusals = event.target.checked; app.refresh(); } }), "Only refused or lost calls"),
        h("span", { class: "muted" }, `The journal keeps the last 1,000 calls; ${shown.length} are shown.`)),
      shown.length ? h("table", { class: "list journal" },
        h("caption", { class: "hidden" }, "Calls, newest first"),
        h("thead", {}, h("tr", {}, ["Time", "Call", "Status", "Resource", "Region"].map((each, n) =>
          h("th", { scope: "col", class: n > 2 ? "wide" : null }, each)))),
        h("tbody", {}, shown.map(row)),
      ) : h("p", { class: "empty" }, "No calls yet."),
    ];
  }

  function row(entry) {
    const isRefused = !(entry.status < 400);
    const rule = rules.get(entry.rule);
    return h("tr", { "data-key": entry.requestId, class: isRefused ? "refused" : null },
      h("td", {}, moment(entry.time, app.overview?.time)),
      h("td", {}, h("span", { class: "operation" }, entry.operation),
        entry.rule ? h("p", { class: "why" }, h("strong", {}, entry.rule), rule ? [" ", prose(rule.text)] : null) : null,
        entry.fault ? h("p", { class: "why" }, h("strong", {}, "fault"), ` ${entry.fault}`) : null),
      h("td", {}, h("span", { class: isRefused ? "status bad" : "status good" }, String(entry.status ?? "lost")),
        entry.code ? h("span", { class: "code wide" }, entry.code) : null),
      h("td", { class: "wide ocid" }, entry.resource?.startsWith("ocid1.") ? resourceLink(entry.resource) : short(entry.resource ?? "–")),
      h("td", { class: "wide region" }, entry.region));
  }

  const clear = () => app.attempt(() => send("DELETE", "/journal"), "The journal is empty.");

  return { load, render, title: () => "Journal" };
}
