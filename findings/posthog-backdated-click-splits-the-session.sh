#!/usr/bin/env bash
#
# posthog-js 1.449.2: one event with a time of its own in the past splits the visit that goes on around it into three
# sessions.
#
# capture(name, properties, {timestamp}) is how a page sends what happened earlier, such as what it kept while it was
# offline. PostHog's manual ("Sessions", "How does PostHog define a session?") says that a session ends after 30 minutes
# without activity. But the library measures this from the event's own time: it takes the distance between that time and
# the last activity, in either direction, and more than 30 minutes either way begin a new $session_id. So an event of two
# hours ago gets a session of its own, the next event of now is again two hours away and gets a third, and the first
# session never goes on, although the visitor paused for no second. $window_id changes with it. An event of less than 30
# minutes ago keeps the session, but moves its last activity into the past: the pause that ends the session is then
# shorter than 30 minutes. A clock that is set by more than half an hour, in either direction, does the same once.
#
# Pull requests https://github.com/PostHog/posthog-js/pull/4588 and /2666 mend events of the library itself that are
# backdated, in recordings. No issue about an event of the page's own was found.
#
# Runs the library in jsdom 26.1.0. What it would send is read by its own before_send; nothing goes over the network.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

POSTHOG=1.449.2
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
  "posthog-js@$POSTHOG" "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const fs = require("node:fs");
const { JSDOM } = require("jsdom");

const MINUTES = 60_000;
const library = fs.readFileSync("node_modules/posthog-js/dist/array.full.js", "utf8");

/** A page of a new visitor: captures each of [name, minutes ago or undefined, the clock's minutes] and tells the events. */
const visit = (clicks) => {
  const { window } = new JSDOM("<html><body></body></html>", {
    url: "https://shop.example/",
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  window.fetch = async () => ({ status: 200, ok: true, text: async () => "{}", json: async () => ({}) });
  // The page's clock can be moved, so that no test waits for half an hour.
  window.clockMovedBy = 0;
  window.eval(`{
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + clockMovedBy); }
      static now() { return Real.now() + clockMovedBy; }
    };
  }`);
  window.eval(library);
  const events = [];
  window.posthog.init("key", {
    api_host: "http://127.0.0.1:9",
    autocapture: false,
    capture_pageview: false,
    disable_session_recording: true,
    advanced_disable_flags: true,
    before_send: (event) => {
      events.push(event);
      return null;
    },
  });
  for (const [name, ago, clock] of clicks) {
    window.clockMovedBy = (clock ?? 0) * MINUTES;
    const options = ago === undefined ? {} : { timestamp: new window.Date(window.Date.now() - ago * MINUTES) };
    window.posthog.capture(name, {}, options);
  }
  if (events.length !== clicks.length) {
    console.log(`expected ${clicks.length} events, found ${events.length}`);
    process.exit(2);
  }
  return events.map((event) => event.properties.$session_id);
};
const tell = (title, clicks) => {
  const sessions = visit(clicks);
  const known = [...new Set(sessions)];
  console.log(`${title}:`);
  clicks.forEach(([name], i) => console.log(`  ${name}: session ${known.indexOf(sessions[i]) + 1}`));
  return sessions.map((session) => known.indexOf(session) + 1).join(" ");
};
const require_ = (found, expected, sentence) => {
  if (found !== expected) {
    console.log(`CHANGED: expected ${sentence}: sessions ${expected}, found ${found}`);
    process.exit(1);
  }
};

require_(
  tell("a visit without a pause, and one event of two hours ago", [
    ["a view"],
    ["an order of 120 minutes ago", 120],
    ["a view right after it"],
    ["another view"],
  ]),
  "1 2 3 3",
  "an event of two hours ago to split the visit",
);
require_(
  tell("the same with an event of 20 minutes ago, and a pause of 15 minutes behind it", [
    ["a view"],
    ["an order of 20 minutes ago", 20],
    ["a view 15 minutes later", undefined, 15],
  ]),
  "1 1 2",
  "an event of 20 minutes ago to make a pause of 15 end the session",
);
require_(
  tell("without it", [["a view"], ["a view now"], ["a view 15 minutes later", undefined, 15]]),
  "1 1 1",
  "a pause of 15 minutes alone to end nothing",
);
require_(
  tell("a clock that is set 40 minutes back", [["a view"], ["a view after it", undefined, -40]]),
  "1 2",
  "a clock that is set back to begin a session",
);
console.log("as described");
process.exit(0);
JS

node --version
echo "posthog-js $POSTHOG, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
