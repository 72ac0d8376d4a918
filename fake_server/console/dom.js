// Elements, and updates of a page in place. Text is only ever inserted as text.

/** Paces of work, as suggestions. */
export const PACES = ["instant", "seconds", "10s", "10m", "1h", "realistic", "reads:3", "manual"];

const HANDLER = /^on[a-z]+$/;

/** Make an element: attributes by name, handlers as functions, children as elements or text. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (HANDLER.test(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

/** Replace the children of an element. What is equal stays in place, so that focus and inputs survive. */
export function update(parent, children) {
  const keyed = new Map();
  for (const child of parent.children) if (child.dataset.key) keyed.set(child.dataset.key, child);
  let place = parent.firstChild;
  for (const fresh of children.flat(Infinity).filter(Boolean)) {
    const node = typeof fresh === "string" ? document.createTextNode(fresh) : fresh;
    const key = node.dataset?.key;
    const old = key ? keyed.get(key) : place;
    if (!old || !canBecome(old, node)) {
      parent.insertBefore(node, place);
      continue;
    }
    if (old === place) place = old.nextSibling;
    else parent.insertBefore(old, place);
    become(old, node);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function canBecome(old, node) {
  return old.nodeType === node.nodeType && old.nodeName === node.nodeName && old.dataset?.key === node.dataset?.key;
}

function become(old, node) {
  if (old === node) return;
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== node.data) old.data = node.data;
    return;
  }
  const isOwn = (name) => name === "open" || name === "selected" || name === "checked" || (name === "value" && old.nodeName === "INPUT");
  for (const { name, value } of node.attributes) {
    if (!isOwn(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) if (!isOwn(name) && !node.hasAttribute(name)) old.removeAttribute(name);
  for (const name of ["onclick", "onsubmit", "onchange", "oninput"]) old[name] = node[name];
  update(old, [...node.childNodes]);
}

const GOOD = new Set(["ACTIVE", "SUCCEEDED"]);
const BAD = new Set(["FAILED"]);
const OVER = new Set(["DELETED", "CANCELED", "INACTIVE"]);

/** Show a lifecycle state or the status of work. */
export function badge(state) {
  const tone = GOOD.has(state) ? "good" : BAD.has(state) ? "bad" : OVER.has(state) ? "over" : state === "NEEDS_ATTENTION" ? "warn" : "busy";
  return h("span", { class: `badge ${tone}` }, state.replaceAll("_", " "));
}

/** Show how far work is. */
export function progress(percent, label) {
  return h("span", { class: "progress" },
    h("progress", { value: percent, max: 100, "aria-label": label }),
    h("span", {}, `${Math.round(percent)} %`));
}

/** Show a time of the world: the day only where it is another day than now. */
export function moment(text, now) {
  if (!text) return "–";
  const [day, time] = [text.slice(0, 10), text.slice(11, 19)];
  return h("time", { datetime: text, title: text }, now?.slice(0, 10) === day ? time : `${day} ${time}`);
}

/** Shorten an OCID to its end, which differs. */
export function short(ocid) {
  return ocid.length > 24 ? `…${ocid.slice(-10)}` : ocid;
}

/** Show a sentence of the server: code between backticks, what stands for a value, and OCIDs in short. */
export function prose(text) {
  return text.split(/(`[^`]*`|\{\w+\}|ocid1\.[\w.-]*\w)/).map((part) => {
    if (part.startsWith("`")) return h("code", {}, part.slice(1, -1));
    if (/^\{\w+\}$/.test(part)) return h("var", {}, part.slice(1, -1));
    return part.startsWith("ocid1.") ? h("span", { class: "ocid", title: part }, short(part)) : part;
  });
}

/** A link to one resource. */
export function resourceLink(ocid, text = short(ocid)) {
  return h("a", { href: `#/o/${encodeURIComponent(ocid)}`, title: ocid }, text);
}

/** A labelled field around a control. */
export function field(label, control, hint) {
  return h("label", { class: "field" }, h("span", {}, label), control, hint ? h("small", {}, hint) : null);
}

/** A drop-down list; an option is a value, or a value and its text. */
export function choice(name, options, attributes = {}) {
  const { value, ...rest } = attributes;
  return h("select", { name, ...rest }, options.map((each) => {
    const [option, text] = Array.isArray(each) ? each : [each, each];
    return h("option", { value: option, selected: option === value }, text);
  }));
}

/** A form whose values go to a function as an object; empty ones are left out, numbers are numbers. */
export function form(attributes, act, ...children) {
  const onsubmit = (event) => {
    event.preventDefault();
    act(valuesOf(event.target), event.target);
  };
  return h("form", { ...attributes, onsubmit }, ...children);
}

function valuesOf(element) {
  const found = {};
  for (const control of element.elements) {
    if (!control.name || control.value === "") continue;
    if (control.type === "checkbox") {
      if (control.checked) found[control.name] = true;
    } else found[control.name] = control.type === "number" ? Number(control.value) : control.value;
  }
  return found;
}
