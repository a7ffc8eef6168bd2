// Lets one tracker make the visit of visit.js against a collector on this machine, and prints each of its requests:
//   {"method":"POST","path":"/v1/t","query":"…","headers":{…},"body":"<base64 of the bytes as they came>"}
// Exit code 0: the visit was made and everything has arrived. 1: not, and the error stream says why.
"use strict";

const http = require("node:http");
const path = require("node:path");
const { createRequire } = require("node:module");

const { browser } = require("./browser.js");

const LIMIT_MS = 60_000;
// What a tracker sends follows a call within this time, unless it waits for more calls; then the script flushes.
const QUIET_MS = 700;
const MAX_BODY_BYTES = 4 << 20;

const name = process.argv[2];
const home = process.env.TRACKERS_HOME;
const tracker = require(path.join(__dirname, "sdks", path.basename(`${name}.js`)));
const install = createRequire(path.join(home, "package.json"));

const fail = (error) => {
  process.stderr.write(`${name}: ${error && error.stack ? error.stack : error}\n`);
  process.exit(1);
};
process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
setTimeout(() => fail(`the visit was not over after ${LIMIT_MS} ms`), LIMIT_MS).unref();

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let last = Date.now();
let open = 0;

const collector = http.createServer((request, response) => {
  open++;
  last = Date.now();
  const chunks = [];
  let length = 0;
  request.on("data", (chunk) => {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      fail(`a request of more than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  });
  request.on("end", () => {
    const url = new URL(request.url, "http://127.0.0.1");
    const seen = {
      method: request.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers: request.headers,
      body: Buffer.concat(chunks).toString("base64"),
    };
    // Pages of another origin ask first whether they may send; that is no request of the tracker's.
    const answer =
      request.method === "OPTIONS"
        ? { status: 204, body: "" }
        : { status: 200, body: "{}", ...(tracker.answer ? tracker.answer(seen) : {}) };
    if (request.method !== "OPTIONS" && !answer.own) {
      process.stdout.write(`${JSON.stringify(seen)}\n`);
    }
    response.writeHead(answer.status, {
      "Content-Type": answer.type ?? "application/json",
      "Access-Control-Allow-Origin": request.headers.origin ?? "*",
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "*",
      "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS",
      "Cache-Control": "no-store",
    });
    response.end(answer.body);
    open--;
    last = Date.now();
  });
});

collector.listen(0, "127.0.0.1", async () => {
  const port = collector.address().port;
  const settle = async () => {
    last = Date.now();
    while (open > 0 || Date.now() - last < QUIET_MS) {
      await pause(20);
    }
  };
  try {
    await tracker.visit({
      url: `http://127.0.0.1:${port}`,
      host: `127.0.0.1:${port}`,
      port,
      load: (module) => install(module),
      // A file of a package, also one that the package does not export.
      file: (file) => path.join(home, "node_modules", file),
      browser: (options) => browser(install("jsdom"), options),
      pause,
      settle,
    });
    await settle();
  } catch (e) {
    fail(e);
  }
  // Timers of trackers would keep the process; what is written to a pipe has to leave first.
  process.stdout.write("", () => process.exit(0));
});
