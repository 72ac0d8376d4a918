// The control paths of the server, for the tenancy that is shown.

export const scope = { tenancy: "", region: "" };

const TOKEN = "genai-control-token";
const TOKEN_RULE = "control-token";

export class Refusal extends Error {
  constructor(status, document, rule) {
    super(document.message ?? `The server responded with status ${status}.`);
    this.status = status;
    this.code = document.code;
    this.rule = rule;
  }
}

/** Send a control request, and return the JSON of the response. */
export async function send(method, path, body, parameters = {}) {
  const query = new URLSearchParams();
  const all = { ...parameters, tenancy: scope.tenancy };
  for (const [name, value] of Object.entries(all)) if (value !== "" && value !== undefined) query.set(name, value);
  const headers = { accept: "application/json" };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers[TOKEN] = token;
  if (body !== undefined) headers["content-type"] = "application/json";
  const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`/_sim${path}?${query}`, { method, headers, body: sent, cache: "no-store" });
  const document = await response.json().catch(() => ({}));
  if (response.ok) return document;
  const rule = response.headers.get("x-genai-ports-rule");
  if (rule === TOKEN_RULE) {
    await askForToken();
    return send(method, path, body, parameters);
  }
  throw new Refusal(response.status, document, rule);
}

export const get = (path, parameters) => send("GET", path, undefined, parameters);
export const post = (path, body) => send("POST", path, body);

let asking = null;

function askForToken() {
  asking ??= new Promise((resolve) => {
    const dialog = document.getElementById("ask");
    dialog.addEventListener("close", () => {
      const input = document.getElementById("token");
      sessionStorage.setItem(TOKEN, input.value);
      input.value = "";
      asking = null;
      resolve();
    }, { once: true });
    dialog.showModal();
  });
  return asking;
}
