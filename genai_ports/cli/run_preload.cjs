// Loaded by Node.js programs of `genai-ports run`: Node.js ignores HTTPS_PROXY, so connections are changed here.
// A connection to a host name of Generative AI leads to the simulated service; TLS still checks the certificate for that
// name. Every other connection is left as it is, or refused with `--offline`.
"use strict";

const net = require("node:net");

const port = Number(process.env.GENAI_PORTS_RUN_PORT);
const service = /^generativeai\.[a-z0-9-]+\.(?:ds\.)?oci\.oracle(?:gov)?cloud\d*\.[a-z]+$/i;
const isOffline = process.env.GENAI_PORTS_RUN_OFFLINE === "1";
const here = /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i;
const connect = net.Socket.prototype.connect;
const refused = new Set();

function optionsOf(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0]; // net.connect passes its arguments in an array
  if (first !== null && typeof first === "object") return first;
  return { port: first, host: typeof args[1] === "string" ? args[1] : "localhost" };
}

function refuse(socket, host) {
  const error = new Error(`genai-ports run --offline does not let programs reach ${host}`);
  if (!refused.has(host)) process.stderr.write(`${error.message}\n`); // few programs show the cause of an error
  refused.add(host);
  error.code = "ECONNREFUSED";
  process.nextTick(() => socket.destroy(error));
  return socket;
}

if (port) {
  net.Socket.prototype.connect = function (...args) {
    const options = optionsOf(args);
    const host = String(options.host || "localhost").replace(/\.$/, "");
    if (options.path || here.test(host)) return connect.apply(this, args);
    if (Number(options.port) === 443 && service.test(host)) {
      const listener = Array.isArray(args[0]) ? args[0][1] : args.find((each) => typeof each === "function");
      return connect.call(this, { ...options, host: "127.0.0.1", port, family: 4, lookup: undefined }, listener);
    }
    return isOffline ? refuse(this, host) : connect.apply(this, args);
  };
}
