// The world as a whole: its clock, limits, snapshot and reset, and the tenancies and regions of the server.

import { get, post, scope, send } from "./api.js";
import { PACES, choice, field, form, h } from "./dom.js";

const UNITS = [["1", "seconds"], ["60", "minutes"], ["3600", "hours"], ["86400", "days"]];

export function worldView(app) {
  async function load() {
    const [limits, tenancies] = await Promise.all([get("/limits"), get("/tenancies")]);
    return { limits, tenancies: tenancies.items };
  }

  function render({ limits, tenancies }) {
    const { time, clock, seed, pace, region, regions } = app.overview;
    return [
      h("h1", {}, "World"),
      h("dl", { class: "facts" }, fact("Clock", `${clock}, ${time.slice(0, 19).replace("T", " ")} UTC`), fact("Pace", pace), fact("Seed", seed),
        fact("Home region", region), fact("Regions in use", regions.join(", ") || "None")),
      h("div", { class: "columns" }, 
        h("div", {}, clockPanel(), pacePanel(pace), limitsPanel(limits)),
        h("div", {}, snapshotPanel(), resetPanel())),
      tenanciesPanel(tenancies),
    ];
  }

  const advance = (seconds) => app.attempt(() => post("/clock", { advance: seconds }), ({ time }) => `The time is ${time}.`);

  function clockPanel() {
    return panel("Clock",
      h("div", { class: "row" }, [["+1 minute", 60], ["+1 hour", 3600], ["+1 day", 86400]].map(([text, seconds]) =>
        h("button", { onclick: () => advance(seconds) }, text))),
      form({ class: "row bottom" }, ({ amount, unit }) => advance(amount * Number(unit)),
        field("Advance by", h("input", { name: "amount", type: "number", min: 0, step: "any", required: true, class: "narrow" })),
        field("Unit", choice("unit", UNITS)),
        h("button", { class: "primary" }, "Advance")));
  }

  function pacePanel(pace) {
    const set = async (given, element) => {
      if (await app.attempt(() => send("PUT", "/pace", given), (result) => `The pace is ${result.pace}.`)) element.reset();
    };
    return panel("Pace",
      h("p", { class: "muted" }, "How long work takes: new work, and the work in progress, which counts from now."),
      form({ class: "row bottom" }, set,
        field("Pace of all work", h("input", { name: "pace", list: "world-paces", required: true, placeholder: pace, autocomplete: "off", class: "narrow" })),
        h("button", { class: "primary" }, "Set pace")));
  }

  function snapshotPanel() {
    const load = async (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (!file || !confirm("Replace this world with the one in the file?")) return;
      const text = await file.text();
      app.attempt(() => send("PUT", "/snapshot", text), "The world is the one in the file.");
    };
    return panel("Snapshot",
      h("p", { class: "muted" }, "The whole world as a file: resources, work, faults, limits, journal and clock."),
      h("div", { class: "row bottom" },
        h("button", { onclick: () => app.attempt(save, "The snapshot is saved.") }, "Save"),
        field("Load a file", h("input", { type: "file", accept: "application/json,.json", onchange: load }))));
  }

  async function save() {
    const snapshot = await get("/snapshot");
    const url = URL.createObjectURL(new Blob([JSON.stringify(snapshot)], { type: "application/json" }));
    h("a", { href: url, download: `world-${app.overview.time.slice(0, 19).replaceAll(":", "")}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  function limitsPanel({ default: usual, items, names }) {
    const set = async (given, element) => {
      if (await app.attempt(() => send("PUT", "/limits", given), "The limit is set.")) element.reset();
    };
    return panel("Limits",
      h("p", { class: "muted" }, usual === "strict" ? "A limit that is not set is 0." : "A limit that is not set is no limit."),
      items.length ? h("ul", { class: "plans" }, items.map((each) => h("li", {}, h("strong", {}, `${each.name}: ${each.most ?? "no limit"}`),
        h("span", { class: "muted" }, [each.region, each.compartmentId].filter(Boolean).map((text) => ` ${text}`).join(","))))) : null,
      form({ class: "grid" }, set,
        field("Limit", choice("name", names)),
        field("Most units", h("input", { name: "most", type: "number", min: 0, step: 1, placeholder: "No limit" })),
        field("Region", h("input", { name: "region", placeholder: "Each" })),
        field("Compartment", h("input", { name: "compartmentId", placeholder: "All: a service limit" })),
        h("div", { class: "row end across" }, h("button", { class: "primary" }, "Set limit"))));
  }

  function resetPanel() {
    const reset = (given) => {
      if (confirm("Reset this world? Everything in it is lost.")) app.attempt(() => post("/reset", given), "The world is new.");
    };
    return panel("Reset",
      h("p", { class: "muted" }, "Starts this world again. What is left empty is as the server was started."),
      form({ class: "grid" }, reset,
        field("Pace", h("input", { name: "pace", list: "world-paces", autocomplete: "off" })),
        h("datalist", { id: "world-paces" }, PACES.map((each) => h("option", { value: each }))),
        field("Seed", h("input", { name: "seed", autocomplete: "off" })),
        field("Clock", choice("clock", [["", "As started"], "real", "virtual"])),
        field("Limits", choice("limits", [["", "As started"], "generous", "strict"])),
        field("Region", h("input", { name: "region", autocomplete: "off" })),
        h("div", { class: "row end across" }, h("button", { class: "danger" }, "Reset"))));
  }

  function tenanciesPanel(tenancies) {
    const show = (tenancy) => {
      scope.tenancy = tenancy;
      scope.region = "";
      app.refresh();
    };
    return panel("Tenancies",
      h("ul", { class: "plans" }, tenancies.map(({ tenancy, isDefault, resources }) => h("li", { class: "row", "data-key": tenancy },
        h("span", { class: "ocid grow" }, tenancy),
        h("span", { class: "muted" }, [isDefault ? "default" : "", `${resources.toLocaleString("en")} resources`].filter(Boolean).join(", ")),
        tenancy === scope.tenancy || (isDefault && !scope.tenancy) ? h("span", { class: "badge good" }, "shown")
          : h("button", { onclick: () => show(isDefault ? "" : tenancy), "aria-label": `Show ${tenancy}` }, "Show")))));
  }

  return { load, render, title: () => "World" };
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

function panel(title, ...content) {
  return h("section", { class: "panel" }, h("h2", {}, title), content);
}
