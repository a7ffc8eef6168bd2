#!/usr/bin/env bash
#
# @aws/clickstream-web 0.12.6: each product that a visitor opens in a background tab is a session of its own.
#
# A session is to go on as long as the visitor is away for less than 30 minutes. But the library stores it only when a
# page is hidden. A list of products that is still in view has stored nothing yet, so that a product that is opened in
# the background, as people do who compare, finds no session and begins one; the next product does the same. All have
# _session_number 1, a _session_start, and a page view that is an entrance. Each tab keeps its own: the order that is
# placed in the list afterwards is in a session without any product. A tab that is opened in the foreground hides the
# list first, and shares its session.
#
# So sessions and entrances are counted once per tab; a session has fewer page views than the visit, and a purchase
# none of the pages that led to it. The pieces can be put together by device_id and time alone.
#
# The opposite, one page that is looked at for three hours without a click, is one session of three hours: the timeout
# is asked for only when a page appears.
#
# Related: https://github.com/aws-solutions-library-samples/clickstream-analytics-on-aws-web-sdk/pull/53 (2024), which
# mended a page that appears again without having been hidden. No issue about background tabs was found.
#
# Runs the library in jsdom 26.1.0, windows with the same localStorage, with a clock that can be moved. What it would
# send is read from its fetch; nothing goes over the network.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

CLICKSTREAM=0.12.6
JSDOM=26.1.0
NODE_SECONDS=60

fail() {
  echo "could not be found out: $1" >&2
  exit 2
}

for command in node npm timeout; do
  command -v "$command" > /dev/null || fail "$command is not on the PATH; install it"
done

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
trap 'exit 2' INT TERM
cd "$directory"

npm install --silent --ignore-scripts --no-audit --no-fund --no-save --prefix "$directory" \
  "@aws/clickstream-web@$CLICKSTREAM" "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const fs = require("node:fs");
const Module = require("node:module");
const { JSDOM } = require("jsdom");

const MINUTES = 60_000;
const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

/** The library, whose modules are evaluated in the window, so that its globals are the window's. */
const libraryOf = (window) => {
  const modules = new Map();
  const requireFrom = (file) => (name) => {
    if (Module.isBuiltin(name)) {
      return require(name);
    }
    const resolved = Module.createRequire(file).resolve(name);
    if (!modules.has(resolved)) {
      const module = { exports: {} };
      modules.set(resolved, module);
      const text = fs.readFileSync(resolved, "utf8");
      if (resolved.endsWith(".json")) {
        module.exports = JSON.parse(text);
      } else {
        const evaluate = window.eval(`(function (require, module, exports, process) {${text}\n})`);
        evaluate(requireFrom(resolved), module, module.exports, { env: {} });
      }
    }
    return modules.get(resolved).exports;
  };
  return requireFrom(__filename)("@aws/clickstream-web").ClickstreamAnalytics;
};

/** A browser: its windows are tabs of the shop, with the same localStorage and clock. */
const browser = () => {
  let first;
  const self = {
    clock: 0,
    events: [],
    async open(path, isVisible) {
      const { window } = new JSDOM("<html><body></body></html>", {
        url: `https://shop.example${path}`,
        runScripts: "outside-only",
        pretendToBeVisual: true,
      });
      first ??= window;
      if (window !== first) {
        Object.defineProperty(window, "localStorage", { value: first.localStorage });
      }
      let visible = isVisible;
      Object.defineProperty(window.document, "visibilityState", { get: () => (visible ? "visible" : "hidden") });
      Object.defineProperty(window.document, "hidden", { get: () => !visible });
      window.clockMovedBy = () => self.clock;
      window.eval(`{
        const Real = Date;
        globalThis.Date = class extends Real {
          constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + clockMovedBy()); }
          static now() { return Real.now() + clockMovedBy(); }
        };
      }`);
      // What jsdom lacks of a browser.
      Object.assign(window, { global: window, TextEncoder, TextDecoder });
      window.performance.getEntriesByType = () => [];
      window.PerformanceObserver = class {
        observe() {}
        disconnect() {}
      };
      window.navigator.sendBeacon = (url, body) => self.events.push(...JSON.parse(body)) > 0;
      window.fetch = async (url, init) => {
        self.events.push(...JSON.parse(init.body));
        return { status: 200, ok: true, text: async () => "", json: async () => ({}) };
      };
      const clickstream = libraryOf(window);
      clickstream.init({ appId: "shop", endpoint: "http://127.0.0.1:9/collect", isTrackPageLoadEvents: false });
      await settled();
      return {
        async show(isShown) {
          visible = isShown;
          window.document.dispatchEvent(new window.Event("visibilitychange"));
          await settled();
        },
        async record(name) {
          clickstream.record({ name, attributes: { path } });
          await settled();
        },
      };
    },
  };
  return self;
};
const tell = (title, events) => {
  const clicks = events.filter(({ event_type }) => !["_first_open", "_user_engagement"].includes(event_type));
  const sessions = [...new Set(clicks.map(({ attributes }) => attributes._session_id))];
  console.log(`${title}:`);
  const lines = clicks.map(({ event_type, attributes }) => {
    const session = sessions.indexOf(attributes._session_id) + 1;
    const path = attributes.path ?? attributes._page_url?.replace("https://shop.example", "") ?? "";
    return `${event_type} ${path} session ${session} number ${attributes._session_number}`;
  });
  lines.forEach((line) => console.log(`  ${line}`));
  return { clicks, count: sessions.length };
};
const require_ = (condition, expected) => {
  if (!condition) {
    console.log(`CHANGED: expected ${expected}`);
    process.exit(1);
  }
};
const of = (clicks, type) => clicks.filter(({ event_type }) => event_type === type);

(async () => {
  for (const inBackground of [true, false]) {
    const shop = browser();
    const list = await shop.open("/list", true);
    for (const product of [1, 2]) {
      shop.clock = product * MINUTES;
      if (!inBackground) {
        await list.show(false);
      }
      const tab = await shop.open(`/product/${product}`, !inBackground);
      if (!inBackground) {
        await tab.show(false);
        await list.show(true);
      }
    }
    shop.clock = 3 * MINUTES;
    await list.record("order");
    const { clicks, count } = tell(`a list, and two products in the ${inBackground ? "background" : "foreground"}`, shop.events);
    const expected = inBackground ? 3 : 1;
    require_(of(clicks, "_page_view").length === 3, "3 page views");
    require_(of(clicks, "order").length === 1, "an order");
    require_(count === expected, `${expected} sessions`);
    require_(of(clicks, "_session_start").length === expected, `${expected} times _session_start`);
    require_(clicks.every(({ attributes }) => attributes._session_number === 1), "that all have number 1");
    const entrances = of(clicks, "_page_view").filter(({ attributes }) => attributes._entrances === 1);
    require_(entrances.length === expected, `${expected} entrances`);
  }
  const shop = browser();
  const list = await shop.open("/list", true);
  shop.clock = 180 * MINUTES;
  await list.record("click_after_three_hours");
  const idle = tell("a page in view for three hours", shop.events);
  require_(of(idle.clicks, "click_after_three_hours").length === 1 && idle.count === 1, "1 session");
  console.log("as described");
  process.exit(0);
})().catch((problem) => {
  console.error(problem);
  process.exit(2);
});
JS

node --version
echo "@aws/clickstream-web $CLICKSTREAM, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
