// A page of the resources of one kind, newest first.

import { get, scope } from "./api.js";
import { badge, h, moment, progress, resourceLink, short } from "./dom.js";
import { titleOf } from "./main.js";

const PAGE = 50;
const WORK = "workRequests";

export function listView(app, kind) {
  let offset = 0;
  let text = "";

  const load = () => get("/resources", { kind, region: scope.region, text, limit: PAGE, offset });

  function turn(to) {
    offset = Math.max(0, to);
    app.refresh();
  }

  function search(event) {
    text = event.target.value.trim();
    turn(0);
  }

  function render({ items, hasMore }) {
    const row = kind === WORK ? workRow : resourceRow;
    const head = kind === WORK ? ["Operation", "Status", "Resource", "Region", "Accepted"] : ["Name", "State", "OCID", "Region", "Created"];
    const title = titleOf(kind);
    return [
      h("div", { class: "heading" }, h("h1", {}, title),
        kind === WORK ? null : h("a", { class: "button primary", href: `#/new/${kind}` }, "Create")),
      h("div", { class: "toolbar" },
        h("input", { type: "search", placeholder: kind === WORK ? "Operation, OCID or status" : "Name, OCID or state", "aria-label": `Search ${title.toLowerCase()}`, oninput: search }),
        pages(items.length, hasMore)),
      items.length ? h("table", { class: "list" },
        h("caption", { class: "hidden" }, title),
        h("thead", {}, h("tr", {}, head.map((each, n) => h("th", { scope: "col", class: n > 1 ? "wide" : null }, each)))),
        h("tbody", {}, items.map((item) => h("tr", { "data-key": item.resource.id }, row(item)))),
      ) : h("p", { class: "empty" }, text || scope.region || offset ? "Nothing matches." : `No ${title.toLowerCase()} yet.`),
    ];
  }

  function pages(shown, hasMore) {
    const total = text || scope.region ? null : app.overview.counts[kind];
    const range = shown ? `${(offset + 1).toLocaleString("en")}–${(offset + shown).toLocaleString("en")}` : "0";
    return h("div", { class: "pages" },
      h("span", { class: "muted" }, total === null ? range : `${range} of ${total.toLocaleString("en")}`),
      h("button", { disabled: offset === 0, onclick: () => turn(offset - PAGE) }, "Newer"),
      h("button", { disabled: !hasMore, onclick: () => turn(offset + PAGE) }, "Older"));
  }

  function resourceRow({ resource, region, work }) {
    const name = resource.displayName ?? short(resource.id);
    return [
      h("td", {}, resourceLink(resource.id, name)),
      h("td", {}, badge(resource.lifecycleState), work ? progress(work.percentComplete, `Progress of ${name}`) : null),
      h("td", { class: "wide ocid" }, short(resource.id)),
      h("td", { class: "wide region" }, region),
      h("td", { class: "wide" }, moment(resource.timeCreated, app.overview?.time)),
    ];
  }

  function workRow({ resource: work, region }) {
    return [
      h("td", {}, resourceLink(work.id, work.operationType)),
      h("td", {}, badge(work.status), work.timeFinished ? null : progress(work.percentComplete, `Progress of ${work.operationType}`)),
      h("td", { class: "wide ocid" }, resourceLink(work.resources[0].identifier)),
      h("td", { class: "wide region" }, region),
      h("td", { class: "wide" }, moment(work.timeAccepted, app.overview?.time)),
    ];
  }

  return { load, render, title: () => titleOf(kind) };
}
