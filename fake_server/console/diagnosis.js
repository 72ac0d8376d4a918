// Clients in trouble: those that repeat a refused request, or poll work that has failed.

import { get } from "./api.js";
import { h, moment, prose, resourceLink } from "./dom.js";

const KINDS = { "repeated-request": "A client repeats a request that is refused.", "polls-failed-work": "A client polls work that has failed." };

export function diagnosisView(app) {
  const load = () => get("/diagnosis");

  function render({ items }) {
    return [
      h("h1", {}, "Diagnosis"),
      h("p", { class: "muted" }, "Clients that repeat a call in vain, among the calls in the journal."),
      items.length ? h("table", { class: "list journal" },
        h("caption", { class: "hidden" }, "Clients in trouble, the first one first"),
        h("thead", {}, h("tr", {}, ["Trouble", "Times", "Status", "Resource", "Last call"].map((each, n) =>
          h("th", { scope: "col", class: n > 2 ? "wide" : null }, each)))),
        h("tbody", {}, items.map(row)),
      ) : h("p", { class: "empty" }, "No client is in trouble."),
    ];
  }

  function row(trouble) {
    return h("tr", { "data-key": [trouble.kind, trouble.operation, trouble.resource, trouble.first].join(" ") },
      h("td", {}, h("span", { class: "operation" }, trouble.operation),
        h("p", { class: "why" }, h("strong", {}, KINDS[trouble.kind])),
        h("p", { class: "why" }, prose(`${trouble.advice[0].toUpperCase()}${trouble.advice.slice(1)}.`))),
      h("td", {}, trouble.times.toLocaleString("en")),
      h("td", {}, h("span", { class: trouble.status < 400 ? "status good" : "status bad" }, String(trouble.status ?? "lost")),
        trouble.code ? h("span", { class: "code wide" }, trouble.code) : null),
      h("td", { class: "wide ocid" }, trouble.resource?.startsWith("ocid1.") ? resourceLink(trouble.resource) : trouble.resource ?? "–"),
      h("td", { class: "wide" }, moment(trouble.last, app.overview?.time)));
  }

  return { load, render, title: () => "Diagnosis" };
}
