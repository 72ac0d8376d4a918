// One resource or work request: its state, what can be done with it, its timeline and its JSON.

import { get, post } from "./api.js";
import { PACES, badge, choice, field, form, h, moment, progress, prose, resourceLink } from "./dom.js";
import { titleOf } from "./main.js";

const WORK = "workRequests";

export function detailView(app, ocid) {
  let failures = null;

  async function load() {
    failures ??= (await get("/failures")).items;
    const [found, timeline] = await Promise.all([get("/resource", { resource: ocid }), get("/timeline", { resource: ocid })]);
    return { ...found, timeline: timeline.items };
  }

  const title = ({ resource }) => resource.displayName ?? resource.operationType ?? resource.id;

  function render(found) {
    const { resource, kind, region, workRequests, logs, errors, timeline } = found;
    const now = app.overview?.time;
    const underWay = kind === WORK ? (resource.timeFinished ? null : resource) : found.work;
    return [
      h("p", { class: "crumbs" }, h("a", { href: `#/r/${kind}` }, titleOf(kind))),
      h("div", { class: "heading" }, h("h1", {}, title(found)), badge(resource.lifecycleState ?? resource.status),
        kind === WORK ? null : actions(found)),
      h("dl", { class: "facts" },
        fact("OCID", h("span", { class: "ocid" }, resource.id), "across"),
        fact("Region", region),
        fact("Compartment", h("span", { class: "ocid" }, resource.compartmentId)),
        kind === WORK ? fact("Resource", resourceLink(resource.resources[0].identifier)) : null,
        resource.lifecycleDetails ? fact("Details", resource.lifecycleDetails) : null),
      underWay ? steering(underWay) : null,
      errors.length ? section("Errors", h("ul", { class: "events" }, errors.map((each) => h("li", { class: "bad" },
        moment(each.timestamp, now), h("p", {}, h("strong", {}, each.code), " ", prose(each.message)))))) : null,
      kind === WORK ? section("Log", h("ol", { class: "events" }, logs.map((each) => h("li", {},
        moment(each.timestamp, now), h("p", {}, prose(each.message)))))) : null,
      h("div", { class: "columns" },
        section("Timeline", h("ol", { class: "events" }, timeline.map((each) => h("li", {},
          moment(each.time, now),
          h("p", {}, prose(each.what), each.percent === undefined ? null : h("span", { class: "muted" }, ` ${each.percent}\u00a0%`)))))),
        h("div", {},
          kind === WORK || !workRequests.length ? null : section("Work requests", works(workRequests, now)),
          section("JSON", h("pre", {}, JSON.stringify(resource, null, 2))))),
    ];
  }

  function works(workRequests, now) {
    return h("ul", { class: "works" }, workRequests.map((work) => h("li", { "data-key": work.id },
      resourceLink(work.id, work.operationType), badge(work.status),
      h("span", { class: "muted" }, moment(work.timeAccepted, now)))));
  }

  function actions({ kind, resource, region }) {
    const { operations } = app.schema.kinds.find((each) => each.kind === kind);
    const named = (verb) => operations.find((each) => each.verb === verb);
    const remove = named("delete");
    const isThere = resource.lifecycleState !== "DELETED";
    const change = (verb, name, text) => (named(verb) && isThere ? h("a", { class: "button", href: `#/${name}/${encodeURIComponent(resource.id)}` }, text) : null);
    const needsAttention = kind === "dedicatedAiClusters" && resource.lifecycleState === "ACTIVE";
    const act = () => app.attempt(() => post("/calls", { operation: remove.name, resource: ocid, region }), "The deletion has started.");
    return h("div", { class: "row end" },
      needsAttention ? h("button", { onclick: () => work("needs-attention", {}, "The cluster needs attention.") }, "Needs attention") : null,
      change("update", "edit", "Update"),
      change("change_compartment", "move", "Move"),
      remove && isThere ? h("button", { class: "danger", onclick: act }, "Delete") : null);
  }

  const work = (action, more, said) => app.attempt(() => post("/work", { id: ocid, action, ...more }), said);

  function steering(underWay) {
    const plausible = failures.filter((each) => each.operations.some((name) => name.toUpperCase() === underWay.operationType));
    return h("section", { class: "panel steering", "aria-labelledby": "steering" },
      h("div", { class: "row" }, h("h2", { id: "steering" }, "Work under way"),
        h("span", { class: "muted" }, underWay.operationType), progress(underWay.percentComplete, "Progress of the work")),
      h("div", { class: "row bottom" },
        h("button", { class: "primary", onclick: () => work("finish", {}, "The work is finished.") }, "Finish"),
        form({ class: "row bottom" }, (given) => work("fail", given, "The work fails when it reaches the percentage of the failure."),
          field("Failure", choice("failure", [["", "Without a name"], ...plausible.map((each) => each.name)])),
          h("button", { class: "danger" }, "Fail")),
        form({ class: "row bottom" }, (given) => work("progress", given, "The progress is set."),
          field("Percent", h("input", { name: "percent", type: "number", min: 0, max: 99, step: 1, required: true, class: "narrow" })),
          h("button", {}, "Set progress")),
        form({ class: "row bottom" }, (given) => work("pace", given, "The pace is set."),
          field("Pace", h("input", { name: "pace", list: "paces", required: true, class: "narrow" })),
          h("datalist", { id: "paces" }, PACES.map((each) => h("option", { value: each }))),
          h("button", {}, "Set pace"))));
  }

  return { load, render, title };
}

const fact = (name, value, style) => h("div", { class: style }, h("dt", {}, name), h("dd", {}, value));

function section(title, ...content) {
  return h("section", { class: "panel" }, h("h2", {}, title), content);
}
