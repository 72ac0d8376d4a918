// The parts of a form with Oracle's properties, made from the schema.

import { choice, field, h } from "./dom.js";

/** A part of the form: its element, and what reads its value; undefined if it is left empty. */
function part(given, value, known) {
  switch (given.type) {
    case "object": return group(given, object(given.fields, value, known), value !== undefined);
    case "oneOf": return group(given, variants(given, value, known), value !== undefined);
    case "array": return lines(given, value);
    case "map": return json(given, value);
    case "any": return json(given, value);
    default: return scalar(given, value, known[given.name]);
  }
}

/** The properties of an object. The optional ones are folded away, unless all of them are shown. */
export function object(fields, value, known, { showsAll = false } = {}) {
  const isFirst = (each) => showsAll || each.isRequired || each.name === "displayName";
  const [first, more] = [fields.filter(isFirst), fields.filter((each) => !isFirst(each))];
  const make = (each) => ({ name: each.name, ...part(each, value?.[each.name], known) });
  const [required, optional] = [first.map(make), more.map(make)];
  const isOpen = more.some((each) => value?.[each.name] !== undefined);
  return {
    element: h("div", { class: "object" },
      required.map((each) => each.element),
      optional.length ? h("details", { open: isOpen }, h("summary", {}, "Optional properties"), optional.map((each) => each.element)) : null),
    read: () => {
      const entries = [...required, ...optional].map((each) => [each.name, each.read()]).filter(([, each]) => each !== undefined);
      return entries.length ? Object.fromEntries(entries) : undefined;
    },
  };
}

function group(given, inner, isOpen) {
  if (given.isRequired || isOpen) return { element: h("fieldset", {}, h("legend", {}, label(given)), inner.element), read: inner.read };
  return { element: h("details", { class: "nested" }, h("summary", {}, given.name), inner.element), read: inner.read };
}

function variants({ discriminator, variants: known, isRequired }, value, suggested) {
  const tags = Object.keys(known);
  const parts = Object.fromEntries(tags.map((tag) => [tag, object(known[tag], value?.[discriminator] === tag ? value : undefined, suggested)]));
  const place = h("div");
  const select = choice(discriminator, [...(isRequired ? [] : [["", "None"]]), ...tags], { value: value?.[discriminator], required: isRequired });
  const show = () => place.replaceChildren(...(select.value ? [parts[select.value].element] : []));
  select.onchange = show;
  show();
  return {
    element: h("div", { class: "object" }, field(discriminator, select), place),
    read: () => (select.value ? { [discriminator]: select.value, ...parts[select.value].read() } : undefined),
  };
}

function scalar(given, value, suggested) {
  const { name, type, isRequired, isSecret, values } = given;
  if (values || type === "boolean") {
    const select = choice(name, [...(isRequired ? [] : [["", "Default"]]), ...(values ?? ["true", "false"])], { value: value === undefined ? undefined : String(value), required: isRequired });
    return { element: field(label(given), select), read: () => (select.value === "" ? undefined : type === "boolean" ? select.value === "true" : select.value) };
  }
  const isNumber = type === "integer" || type === "number";
  const list = suggested ? `known-${name}` : undefined;
  const input = h("input", { type: isSecret ? "password" : isNumber ? "number" : "text", step: type === "number" ? "any" : null, name, required: isRequired, value, list, autocomplete: "off" });
  const options = suggested ? h("datalist", { id: list }, suggested.map(([id, text]) => h("option", { value: id }, text))) : null;
  return {
    element: h("div", {}, field(label(given), input), options),
    read: () => (input.value === "" ? undefined : isNumber ? Number(input.value) : input.value),
  };
}

function lines(given, value) {
  const area = h("textarea", { name: given.name, rows: 2, required: given.isRequired }, (value ?? []).join("\n"));
  const hint = given.values ? `One a line: ${given.values.join(", ")}.` : "One a line.";
  const read = () => area.value.split("\n").map((each) => each.trim()).filter(Boolean);
  return { element: field(label(given), area, hint), read: () => (read().length ? read() : undefined) };
}

function json(given, value) {
  const area = h("textarea", { name: given.name, rows: 2, placeholder: "{}", spellcheck: "false", oninput: () => area.setCustomValidity("") }, value ? JSON.stringify(value) : "");
  const read = () => {
    if (!area.value.trim()) return undefined;
    try {
      return JSON.parse(area.value);
    } catch {
      area.setCustomValidity("This is not JSON.");
      area.reportValidity();
      throw new SyntaxError(`${given.name} is not JSON`);
    }
  };
  return { element: field(label(given), area, "JSON"), read };
}

const label = ({ name, isRequired }) => (isRequired ? `${name} *` : name);
