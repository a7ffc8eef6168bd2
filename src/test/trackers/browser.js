// A page in jsdom with what a tracker finds in a browser beside it: fetch, beacons, compression.
"use strict";

const fs = require("node:fs");

const visit = require("./visit.js");

// The name may mean the page's later.
const fetchOfNode = fetch;

const bytesOf = (window, body) =>
  new Promise((resolve, reject) => {
    if (body instanceof window.Blob) {
      const reader = new window.FileReader();
      reader.onload = () => resolve(Buffer.from(reader.result));
      reader.onerror = () => reject(reader.error);
      reader.readAsArrayBuffer(body);
    } else if (body instanceof window.URLSearchParams) {
      resolve(Buffer.from(body.toString()));
    } else if (body === undefined || body === null || typeof body === "string") {
      resolve(body);
    } else {
      resolve(Buffer.from(body.buffer ?? body, body.byteOffset, body.byteLength));
    }
  });

const typeOf = (window, body) =>
  body instanceof window.Blob && body.type
    ? body.type
    : body instanceof window.URLSearchParams
      ? "application/x-www-form-urlencoded;charset=UTF-8"
      : "text/plain;charset=UTF-8";

/** Opens the page of an address. What it prints, and its errors, go to the error stream. */
function browser({ JSDOM, ResourceLoader, VirtualConsole }, { url = visit.home, referrer = visit.referrer } = {}) {
  const console = new VirtualConsole();
  for (const level of ["error", "warn", "jsdomError"]) {
    console.on(level, (...words) => process.stderr.write(`${level}: ${words.map(String).join(" ")}\n`));
  }
  const dom = new JSDOM("<!doctype html><html><head><title>Shop</title></head><body></body></html>", {
    url,
    referrer,
    contentType: "text/html",
    pretendToBeVisual: true,
    runScripts: "outside-only",
    resources: new ResourceLoader({ userAgent: visit.userAgent }),
    virtualConsole: console,
  });
  const { window } = dom;

  const send = async (input, init = {}) => {
    const target = new URL(input.url ?? input, window.location.href);
    // A page of trackers reaches this machine and no other.
    if (target.hostname !== "127.0.0.1") {
      throw new TypeError(`fetch failed: ${target.origin} is not this machine`);
    }
    const request = input instanceof Request ? input : null;
    const { method = request?.method, headers = request?.headers ?? {} } = init;
    const body = init.body ?? (request && request.body ? await request.arrayBuffer() : undefined);
    const sent = new Headers();
    for (const [name, value] of typeof headers.entries === "function" ? headers.entries() : Object.entries(headers)) {
      sent.set(name, value);
    }
    if (body !== undefined && body !== null && !sent.has("content-type")) {
      sent.set("content-type", typeOf(window, body));
    }
    sent.set("user-agent", visit.userAgent);
    sent.set("origin", window.location.origin);
    return fetchOfNode(target, { method: method ?? "GET", headers: sent, body: await bytesOf(window, body) });
  };

  window.fetch = send;
  Object.assign(window, {
    Headers, Request, Response, TextEncoder, TextDecoder, ReadableStream, WritableStream, TransformStream,
    CompressionStream, DecompressionStream, structuredClone, queueMicrotask,
  });
  window.navigator.sendBeacon = (target, body) => {
    send(target, { method: "POST", body }).catch((e) => process.stderr.write(`beacon: ${e}\n`));
    return true;
  };
  window.matchMedia ??= () => ({ matches: false, addEventListener() {}, removeEventListener() {} });

  return {
    window,
    /** Runs a script of a package in the page. */
    run: (file) => window.eval(fs.readFileSync(file, "utf8")),
    /** Goes to another page of the shop, as a shop of one page does: the address changes and nothing is loaded. */
    go: (address) => window.history.pushState({}, "", address),
    /** For packages that are made for a bundler: what they expect of a page is global. */
    global: () => {
      // Node has its own of these, which do not fit the page's.
      const replaced = new Set(["navigator", "fetch", "Event", "EventTarget", "CustomEvent", "Blob", "FormData",
        "addEventListener", "removeEventListener", "dispatchEvent"]);
      // jsdom's interfaces are not among the window's own names.
      const interfaces = ["XMLHttpRequest", "ErrorEvent", "Element", "HTMLElement", "Node", "Image", "FileReader", "DOMParser"];
      for (const name of new Set([...Object.getOwnPropertyNames(window), ...interfaces, ...replaced])) {
        if (!(name in globalThis) || replaced.has(name)) {
          const isMethod = typeof window[name] === "function" && /^[a-z]/.test(name);
          const value = isMethod ? window[name].bind(window) : window[name];
          Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
        }
      }
    },
    close: () => window.close(),
  };
}

module.exports = { browser };
