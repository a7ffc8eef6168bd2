#!/usr/bin/env bash
#
# @amplitude/analytics-browser 2.48.1 and posthog-js 1.449.2: a visitor with two tabs who never pauses has two sessions
# at once.
#
# A visitor opens tab A, goes on for 40 minutes in tab B with a click every ten, and comes back to A. Both libraries
# end a session after 30 minutes without a click, and keep it where all tabs can read it, Amplitude in a cookie. But A
# judges by what it has in memory, its own click of 42 minutes ago, and begins a session; B knows nothing of that and
# goes on with the first. From then on each tab has its own, click by click. Amplitude's session_end of the first
# session has the time of the first click, 45 minutes before its last one. So a shop whose visitors open products in
# tabs has more and shorter sessions than visits, and orders in sessions without the pages that led to them.
#
# PostHog's mended this with https://github.com/PostHog/posthog-js/pull/3690 (May 2026): it reads the stored session
# before it begins one. But without persistence_save_debounce_ms, which only `defaults` from 2026-05-30 on sets, the
# resting tab has stored its own, old state over that of the other tab before it reads. With it, the session stays one.
# Amplitude's older library read its cookie again for each event
# (https://github.com/amplitude/Amplitude-JavaScript/pull/59, 2016). No issue was found about this one. Snowplow's
# 4.10.1 reads its cookie for each event, and keeps one session.
#
# Runs them in jsdom 26.1.0, two windows with the same cookies and the same localStorage, with a clock that can be
# moved.
# Exit code 0: they behave as said here. 1: they no longer do. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

AMPLITUDE=2.48.1
POSTHOG=1.449.2
SNOWPLOW=4.10.1
JSDOM=26.1.0
NODE_SECONDS=120

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
  "@amplitude/analytics-browser@$AMPLITUDE" "posthog-js@$POSTHOG" "@snowplow/browser-tracker@$SNOWPLOW" \
  "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const fs = require("node:fs");
const { CookieJar, JSDOM } = require("jsdom");

const MINUTES = 60_000;
const NOWHERE = "http://127.0.0.1:9";
// The tab of each click, and its minute.
const CLICKS = [["A", 0], ["B", 1], ["B", 11], ["B", 21], ["B", 31], ["B", 41], ["A", 42], ["B", 43], ["A", 44], ["B", 45]];

const read = (file) => fs.readFileSync(`node_modules/${file}`, "utf8");
const settled = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A browser: its windows are tabs of the shop, with the same cookies, localStorage and clock. */
const browser = () => {
  const cookieJar = new CookieJar();
  let first;
  const self = {
    clock: 0,
    sent: [],
    open(library) {
      const { window } = new JSDOM("<html><body></body></html>", {
        url: "https://shop.example/",
        runScripts: "outside-only",
        pretendToBeVisual: true,
        cookieJar,
      });
      first ??= window;
      if (window !== first) {
        Object.defineProperty(window, "localStorage", { value: first.localStorage });
      }
      window.Request = Request;
      window.clockMovedBy = () => self.clock;
      window.eval(`{
        const Real = Date;
        globalThis.Date = class extends Real {
          constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + clockMovedBy()); }
          static now() { return Real.now() + clockMovedBy(); }
        };
      }`);
      window.fetch = async (url, init) => {
        self.sent.push(init?.body);
        return { status: 200, ok: true, text: async () => '{"code":200}', json: async () => ({ code: 200 }) };
      };
      window.eval(library);
      return window;
    },
  };
  return self;
};

/** What each library does: open gives a function that clicks and tells the session of the click. */
const amplitude = async (shop) => {
  const { amplitude } = shop.open(read("@amplitude/analytics-browser/lib/scripts/amplitude-min.js"));
  await amplitude.init("key", {
    serverUrl: NOWHERE,
    flushIntervalMillis: 10,
    remoteConfig: { fetchRemoteConfig: false },
    autocapture: {
      sessions: true,
      attribution: false,
      elementInteractions: false,
      fileDownloads: false,
      formInteractions: false,
      frustrationInteractions: false,
      networkTracking: false,
      pageViews: false,
      webVitals: false,
    },
  }).promise;
  return async () => (await amplitude.track("click").promise).event.session_id;
};
const posthog = (options) => async (shop) => {
  const { posthog } = shop.open(read("posthog-js/dist/array.full.js"));
  let session;
  posthog.init("key", {
    api_host: NOWHERE,
    autocapture: false,
    capture_pageview: false,
    disable_session_recording: true,
    advanced_disable_flags: true,
    before_send: (event) => {
      session = event.properties.$session_id;
      return null;
    },
    ...options,
  });
  return async () => {
    posthog.capture("click");
    return session;
  };
};
const snowplow = async (shop) => {
  const { snowplowBrowserTracking } = shop.open(read("@snowplow/browser-tracker/dist/index.umd.js"));
  let session;
  const plugin = { afterTrack: (payload) => (session = payload.sid) };
  snowplowBrowserTracking.newTracker("sp", NOWHERE, { appId: "shop", plugins: [plugin] });
  return async () => {
    snowplowBrowserTracking.trackPageView();
    return session;
  };
};

const visit = async (library) => {
  const shop = browser();
  const tabs = {};
  const sessions = [];
  for (const [tab, minute] of CLICKS) {
    shop.clock = minute * MINUTES;
    tabs[tab] ??= await library(shop);
    sessions.push(await tabs[tab]());
    await settled(400);
  }
  if (sessions.some((session) => !session)) {
    throw new Error(`a click has no session: ${sessions}`);
  }
  const known = [...new Set(sessions)];
  return { shop, sessions: sessions.map((session) => known.indexOf(session) + 1).join(" ") };
};
const ONE = "1 1 1 1 1 1 1 1 1 1";
const TWO = "1 1 1 1 1 1 2 1 2 1";
const require_ = (condition, expected) => {
  if (!condition) {
    console.log(`CHANGED: expected ${expected}`);
    process.exit(1);
  }
};

(async () => {
  console.log(`tab, minute: ${CLICKS.map(([tab, minute]) => `${tab} ${minute}`).join(", ")}`);
  for (const [name, library, expected] of [
    ["Amplitude", amplitude, TWO],
    ["PostHog", posthog({}), TWO],
    ["PostHog with defaults of 2026-05-30", posthog({ defaults: "2026-05-30" }), ONE],
    ["Snowplow", snowplow, ONE],
  ]) {
    const { shop, sessions } = await visit(library);
    console.log(`${name}: sessions ${sessions}`);
    require_(sessions === expected, expected);
    if (library === amplitude) {
      await settled(200);
      const events = shop.sent.filter(Boolean).flatMap((body) => JSON.parse(body).events);
      const [start, end] = ["session_start", "session_end"].map((type) => events.find((event) => event.event_type === type));
      const last = events.filter((event) => event.session_id === start.session_id).at(-1);
      const minute = (event) => Math.floor((event.time - start.time) / MINUTES);
      console.log(`  session_end of the first at minute ${minute(end)}, its last click at minute ${minute(last)}`);
      require_(end.session_id === start.session_id && minute(end) === 0 && minute(last) === 45, "minutes 0 and 45");
    }
  }
  console.log("as described");
  process.exit(0);
})().catch((problem) => {
  console.error(problem);
  process.exit(2);
});
JS

node --version
echo "@amplitude/analytics-browser $AMPLITUDE, posthog-js $POSTHOG, @snowplow/browser-tracker $SNOWPLOW, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
