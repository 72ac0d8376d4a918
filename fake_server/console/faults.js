// Faults for later calls, failures of later work, and modes.

import { get, post, send } from "./api.js";
import { choice, field, form, h, prose } from "./dom.js";

const DAMAGES = [["", "None"], "reset", "time-out", "cut", "not-json"];
const WHICH = ["operation", "region", "resource", "compartmentId", "displayName", "nth", "every", "times", "when"];

export function faultsView(app) {
  let failures = null;

  async function load() {
    failures ??= (await get("/failures")).items;
    const [faults, failing, modes] = await Promise.all([get("/faults"), get("/failing-work"), get("/modes")]);
    return { faults: faults.items, failing: failing.items, modes };
  }

  function render({ faults, failing, modes }) {
    const operations = app.schema.kinds.flatMap((each) => each.operations.map(({ name }) => name));
    const working = [...new Set(failures.flatMap((each) => each.operations))].sort();
    return [
      h("h1", {}, "Faults and modes"),
      panel("faults", "Faults", "An error, a delay or a damaged response for later calls.",
        plans("/faults", faults),
        form({ class: "grid" }, add("/faults", "The fault is added."),
          field("Operation", choice("operation", [["", "Any"], ...operations])),
          field("Status", number("status", { min: 400, max: 599, placeholder: "429" })),
          field("Damage", choice("damage", DAMAGES)),
          field("Latency, seconds", number("latency", { min: 0, max: 86400, step: "any" })),
          field("Times", h("input", { name: "times", placeholder: "1, or always", pattern: "[0-9]+|always" })),
          h("details", { class: "across" }, h("summary", {}, "More"), h("div", { class: "grid" },
            field("Code", h("input", { name: "code", placeholder: "TooManyRequests" })),
            field("Message", h("input", { name: "message" })),
            field("Retry-after, seconds", number("retryAfter", { min: 0, max: 86400 })),
            field("Resource", h("input", { name: "resource", placeholder: "An OCID" })),
            field("Compartment", h("input", { name: "compartmentId", placeholder: "An OCID" })),
            field("Region", h("input", { name: "region" })),
            field("Display name", h("input", { name: "displayName" })),
            field("Every nth call", number("every", { min: 1 })),
            field("Only the nth call", number("nth", { min: 1 })),
            h("label", { class: "check" }, h("input", { type: "checkbox", name: "committed" }), "Carry out the call before its response is lost"))),
          h("div", { class: "row end across" }, h("button", { class: "primary" }, "Add fault")))),
      panel("failing", "Failing work", "How the work that later calls start fails.",
        plans("/failing-work", failing),
        form({ class: "grid" }, add("/failing-work", "The failure is planned."),
          field("Operation", choice("operation", [["", "Any"], ...working])),
          field("Failure", choice("failure", [["", "Without a name"], ...failures.map(({ name }) => name)])),
          field("At percent", number("percent", { min: 0, max: 99 })),
          field("Times", h("input", { name: "times", placeholder: "1, or always", pattern: "[0-9]+|always" })),
          field("Code", h("input", { name: "code" })),
          field("Message", h("input", { name: "message" })),
          h("div", { class: "row end across" }, h("button", { class: "primary" }, "Plan failure")))),
      panel("modes", "Modes", "Legal but awkward behaviour.", modesForm(modes)),
    ];
  }

  function add(path, said) {
    return async (given, element) => {
      if (/^\d+$/.test(given.times ?? "")) given.times = Number(given.times);
      if (await app.attempt(() => post(path, given), said)) element.reset();
    };
  }

  function plans(path, items) {
    if (!items.length) return h("p", { class: "muted" }, "None.");
    const clear = () => app.attempt(() => send("DELETE", path), "All are cleared.");
    return h("div", {},
      h("ul", { class: "plans" }, items.map((each) => h("li", {}, h("strong", {}, effect(each)), h("span", { class: "muted" }, ` ${calls(each)}`)))),
      h("div", { class: "row end" }, h("button", { onclick: clear }, "Clear all")));
  }

  function modesForm({ modes, known }) {
    const on = new Map(modes.map((each) => each.split(":")).map(([name, number]) => [name, number ?? ""]));
    const apply = (event) => {
      event.preventDefault();
      const boxes = [...event.target.querySelectorAll("input[type=checkbox]:checked")];
      const chosen = boxes.map(({ name }) => [name, event.target.elements[`${name}-number`]?.value].filter(Boolean).join(":"));
      app.attempt(() => send("PUT", "/modes", { modes: chosen }), "The modes are set.");
    };
    return h("form", { onsubmit: apply },
      h("ul", { class: "modes" }, known.map((mode) => h("li", {},
        h("label", { class: "check" }, h("input", { type: "checkbox", name: mode.name, checked: on.has(mode.name) }), h("strong", {}, mode.name)),
        mode.number ? number(`${mode.name}-number`, { class: "narrow", value: on.get(mode.name), placeholder: mode.default, "aria-label": `${mode.name}: ${mode.number}`, title: mode.number }) : null,
        h("p", { class: "muted" }, prose(mode.text)), on.has(mode.name) ? h("span", { class: "badge warn" }, "on") : null))),
      h("div", { class: "row end" }, h("button", { class: "primary" }, "Set modes")));
  }

  return { load, render, title: () => "Faults and modes" };
}

const number = (name, attributes) => h("input", { name, type: "number", step: 1, ...attributes });

function panel(id, title, text, ...content) {
  return h("section", { class: "panel", "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), h("p", { class: "muted" }, text), content);
}

function effect(plan) {
  const parts = Object.entries(plan).filter(([name, value]) => !WHICH.includes(name) && value !== false && value !== 0);
  return parts.map(([name, value]) => (value === true ? name : `${name} ${value}`)).join(", ") || "fails";
}

function calls({ operation, times, ...plan }) {
  const more = ["region", "resource", "compartmentId", "displayName", "nth", "every", "when"].filter((name) => plan[name] !== undefined);
  const left = times === "always" ? "always" : `${times} more`;
  return [`for ${operation ?? "any operation"}`, ...more.map((name) => `${name} ${plan[name]}`), left].join(", ");
}
