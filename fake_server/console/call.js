// Forms with Oracle's properties: to create a resource, to update one, and to move one to another compartment.

import { get, post, scope } from "./api.js";
import { field, h } from "./dom.js";
import { object } from "./properties.js";

const COMPARTMENT = "ocid1.compartment.oc1..mine";
const TARGETS = { modelId: ["models", "importedModels"], dedicatedAiClusterId: ["dedicatedAiClusters"], generativeAiPrivateEndpointId: ["generativeAiPrivateEndpoints"], baseModelId: ["models"] };

export function createView(app, kind) {
  const { title, operations, example = {} } = kindOf(app, kind);
  const create = operations.find((each) => each.verb === "create");
  let known = null;
  let shown = null;

  async function load() {
    known ??= await suggestions(create.details);
  }

  function page() {
    const usual = create.details.filter((each) => each.isRequired || each.name === "displayName").map(({ name }) => [name, example[name]]);
    const root = object(create.details, { ...withoutOcids(Object.fromEntries(usual)), compartmentId: COMPARTMENT }, known);
    const region = h("input", { name: "region", list: "regions", value: scope.region || app.overview?.region || "", autocomplete: "off" });
    const submit = async (event) => {
      event.preventDefault();
      const made = await app.attempt(
        () => post("/calls", { operation: create.name, details: root.read() ?? {}, region: region.value || null }),
        () => `The ${title} is being created.`);
      if (made?.body) app.leave(`#/o/${encodeURIComponent(made.body.id)}`);
    };
    const list = `#/r/${kind}`;
    return [
      h("p", { class: "crumbs" }, h("a", { href: list }, "Back to the list")),
      h("h1", {}, `Create ${/^[aeiou]/.test(title) ? "an" : "a"} ${title}`),
      h("form", { class: "panel create", onsubmit: submit },
        field("Region", region),
        h("datalist", { id: "regions" }, app.schema.regions.map((each) => h("option", { value: each }))),
        root.element,
        ends(list, "Create")),
    ];
  }

  return { load, render: () => (shown ??= page()), title: () => `Create ${title}`, isOwn: true };
}

export const updateView = (app, ocid) => changeView(app, ocid, {
  verb: "update",
  word: "Update",
  hint: "Only what you change is sent. A field that you empty stays as it is; {} removes all tags.",
  said: ({ status }, title) => (status === 202 ? "The update has started." : `The ${title} is updated.`),
});

export const moveView = (app, ocid) => changeView(app, ocid, {
  verb: "change_compartment",
  word: "Move",
  hint: "The compartment that the resource belongs to.",
  said: (_, title) => `The ${title} is moved.`,
});

function changeView(app, ocid, { verb, word, hint, said }) {
  let found = null;
  let known = null;
  let shown = null;

  async function load() {
    found ??= await get("/resource", { resource: ocid });
    known ??= await suggestions(operation().details);
    return found;
  }

  const operation = () => kindOf(app, found.kind).operations.find((each) => each.verb === verb);

  function page() {
    const { resource, region, kind } = found;
    const root = object(operation().details, resource, known, { showsAll: true });
    const before = root.read() ?? {};
    const here = `#/o/${encodeURIComponent(resource.id)}`;
    const submit = async (event) => {
      event.preventDefault();
      const done = await app.attempt(
        () => post("/calls", { operation: operation().name, resource: resource.id, region, details: changed(before, root.read() ?? {}) }),
        (result) => said(result, kindOf(app, kind).title));
      if (done?.status) app.leave(here);
    };
    return [
      h("p", { class: "crumbs" }, h("a", { href: here }, "Back to the resource")),
      h("h1", {}, `${word} ${resource.displayName ?? resource.id}`),
      h("form", { class: "panel create", onsubmit: submit }, h("p", { class: "muted" }, hint), root.element, ends(here, word)),
    ];
  }

  return { load, render: () => (shown ??= page()), title: () => word, isOwn: true };
}

const kindOf = (app, kind) => app.schema.kinds.find((each) => each.kind === kind);

const ends = (back, word) => h("div", { class: "row end" }, h("a", { class: "button", href: back }, "Cancel"), h("button", { class: "primary" }, word));

/** The properties that differ. */
function changed(before, now) {
  const entries = Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  if (!entries.length) throw new Error("No property is changed.");
  return Object.fromEntries(entries);
}

/** An example without the OCIDs in it: no resource has them. */
function withoutOcids(value) {
  if (typeof value === "string") return value.startsWith("ocid1.") ? undefined : value;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutOcids(each)]));
}

/** Look up the resources that a new one can refer to, for the properties with their OCIDs. */
async function suggestions(fields) {
  const found = {};
  for (const name of namesIn(fields)) {
    const pages = await Promise.all((TARGETS[name] ?? []).map((kind) => get("/resources", { kind, text: "ACTIVE", limit: 50 })));
    const items = pages.flatMap((each) => each.items);
    if (name === "baseModelId" || name === "modelId") items.push(...(await get("/base-models")).items);
    if (items.length) found[name] = items.map(({ resource }) => [resource.id, resource.displayName]);
  }
  return found;
}

function namesIn(fields) {
  return fields.flatMap((each) => (each.fields ? namesIn(each.fields) : [each.name])).filter((name) => name in TARGETS);
}
