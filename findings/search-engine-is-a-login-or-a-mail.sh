#!/usr/bin/env bash
#
# mixpanel-browser 2.83.0 and posthog-js 1.449.2: who comes back from a login, from a mail or from a magazine about
# climbing has been sent by a search engine.
#
# Both set $search_engine from the referrer by the same four patterns. They look for "google." and for the ends
# "bing.com", "yahoo.com" and "duckduckgo.com" anywhere behind "https://", so that
# - accounts.google.com (back from "Sign in with Google"), pay.google.com, mail.google.com and gemini.google.com are
#   "google", and mail.yahoo.com is "yahoo";
# - climbing.com and every other host that ends so is "bing";
# - an own page whose path has "google." in it, such as a help page on signing in with Google, is "google";
# - search engines that are not of the four, Ecosia, Yandex and Yahoo's in Japan among them, are none.
# With Mixpanel the value sticks to the visitor: it goes with all later events, on later days, too, until a referrer of
# another of the four comes. One login through Google, and all that a visitor of a campaign does has a search engine.
#
# Who counts channels by $search_engine counts logins, payments and mails as search, the more the more people log in.
# The referrer's host, which both send as well ($referring_domain), tells them apart.
#
# No issue about it was found. https://github.com/pug-sh/pug/issues/81 describes the same of another product, where
# logins were some 11 % of the events with a referrer of Google's.
#
# Runs both in jsdom 26.1.0. What they would send is read by their own hooks; nothing goes over the network.
# Exit code 0: they behave as said here. 1: they no longer do. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

MIXPANEL=2.83.0
POSTHOG=1.449.2
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
  "mixpanel-browser@$MIXPANEL" "posthog-js@$POSTHOG" "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const fs = require("node:fs");
const { JSDOM } = require("jsdom");

const posthog = fs.readFileSync("node_modules/posthog-js/dist/array.full.js", "utf8");
const mixpanel = fs.readFileSync("node_modules/mixpanel-browser/dist/mixpanel.umd.js", "utf8");

// Referrer, and what both say of it.
const REFERRERS = [
  ["https://www.google.com/", "google"],
  ["https://www.bing.com/", "bing"],
  ["https://blog.example/", undefined],
  ["https://accounts.google.com/", "google"],
  ["https://pay.google.com/", "google"],
  ["https://mail.google.com/", "google"],
  ["https://gemini.google.com/", "google"],
  ["https://mail.yahoo.com/", "yahoo"],
  ["https://climbing.com/", "bing"],
  ["https://shop.example/help/sign-in-with-google.html", "google"],
  ["https://www.ecosia.org/", undefined],
  ["https://yandex.ru/", undefined],
  ["https://search.yahoo.co.jp/", undefined],
];

const page = (library, referrer) => {
  const options = { url: "https://shop.example/", runScripts: "outside-only", pretendToBeVisual: true };
  const { window } = new JSDOM("<html><body></body></html>", referrer ? { ...options, referrer } : options);
  window.fetch = async () => ({ status: 200, ok: true, text: async () => "{}", json: async () => ({}) });
  window.eval(library);
  return window;
};
const ofPostHog = (referrer) => {
  const window = page(posthog, referrer);
  let properties;
  window.posthog.init("key", {
    api_host: "http://127.0.0.1:9",
    autocapture: false,
    capture_pageview: false,
    disable_session_recording: true,
    advanced_disable_flags: true,
    before_send: (event) => {
      properties = event.properties;
      return null;
    },
  });
  window.posthog.capture("view");
  window.close();
  return properties;
};
/** The event of the last of these pages, which one browser has opened one after the other. */
const ofMixpanel = (...referrers) => {
  let stored;
  let properties;
  for (const referrer of referrers) {
    const window = page(mixpanel, referrer);
    if (stored) {
      Object.entries(stored).forEach(([key, value]) => window.localStorage.setItem(key, value));
    }
    window.mixpanel.init("key", {
      api_host: "http://127.0.0.1:9",
      api_transport: "fetch",
      persistence: "localStorage",
      hooks: {
        before_send_events: (event) => {
          properties = event.properties ?? event;
          return event;
        },
      },
    });
    const event = window.mixpanel.track("view");
    properties = event?.properties ?? properties;
    stored = { ...window.localStorage };
    window.close();
  }
  return properties;
};
let changed = false;
const expect = (name, found, expected) => {
  if (found !== expected) {
    console.log(`CHANGED: expected of ${name} ${expected ?? "none"}`);
    changed = true;
  }
};

for (const [referrer, expected] of REFERRERS) {
  const [p, m] = [ofPostHog(referrer), ofMixpanel(referrer)];
  console.log(`${referrer}: PostHog ${p.$search_engine ?? "none"}, Mixpanel ${m.$search_engine ?? "none"}`);
  expect("PostHog", p.$search_engine, expected);
  expect("Mixpanel", m.$search_engine, expected);
  const host = new URL(referrer).host;
  expect("PostHog's $referring_domain", p.$referring_domain, host);
  expect("Mixpanel's $referring_domain", m.$referring_domain, host);
}
const later = ofMixpanel("https://accounts.google.com/", "https://blog.example/");
console.log(`Mixpanel, a later visit from blog.example after a login: ${later.$search_engine ?? "none"}`);
expect("Mixpanel of a later visit", later.$search_engine, "google");
if (!changed) {
  console.log("as described");
}
process.exit(changed ? 1 : 0);
JS

node --version
echo "mixpanel-browser $MIXPANEL, posthog-js $POSTHOG, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
