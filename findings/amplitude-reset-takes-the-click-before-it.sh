#!/usr/bin/env bash
#
# @amplitude/analytics-browser 2.48.1: a click that is tracked just before reset() belongs to the next device, without
# its user.
#
# reset() is for a logout: Amplitude's documentation (SDKs, Analytics, Browser SDK 2, "Reset user") says that it sets the
# user to undefined and the device to a new UUID, so that "the current user" appears as a brand new one. It says nothing
# of clicks that were tracked before. But track() only puts a click into a queue; user and device are written into it
# when the queue is worked off, in a later task. So what a page tracks in the task of its logout, such as the logout
# itself or an order, is sent with the device and without the user of the one who comes next. Nobody can tell from the
# click. Its session_id is that of the visit before, since reset() keeps it.
#
# track(…).promise is the way out: a page that awaits it before reset() keeps its clicks.
#
# Related: https://github.com/amplitude/Amplitude-TypeScript/pull/337, which mended it for session_end alone (2023). No
# issue about other clicks was found.
#
# Runs the library in jsdom 26.1.0 against a collector on this machine.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

AMPLITUDE=2.48.1
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
  "@amplitude/analytics-browser@$AMPLITUDE" "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const fs = require("node:fs");
const http = require("node:http");
const { JSDOM } = require("jsdom");

const clicks = [];
const collector = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    clicks.push(...JSON.parse(body).events);
    response.end('{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}');
  });
});
const until = async (count) => {
  for (let i = 0; clicks.length < count; i++) {
    if (i === 200) {
      console.log(`expected ${count} clicks within 10 s, found ${clicks.length}`);
      process.exit(2);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

collector.listen(0, "127.0.0.1", async () => {
  const { window } = new JSDOM("<html></html>", { url: "https://shop.example/", runScripts: "outside-only" });
  window.fetch = (url, init) => fetch(url, { ...init, headers: { ...init.headers } });
  window.eval(fs.readFileSync("node_modules/@amplitude/analytics-browser/lib/scripts/amplitude-min.js", "utf8"));
  const { amplitude } = window;
  await amplitude.init("key", {
    serverUrl: `http://127.0.0.1:${collector.address().port}/`,
    flushIntervalMillis: 50,
    remoteConfig: { fetchRemoteConfig: false },
    autocapture: false,
    userId: "alice",
  }).promise;

  amplitude.track("long before the logout");
  await until(1);
  amplitude.track("just before the logout");
  amplitude.reset();
  amplitude.track("just after the logout");
  await until(3);
  amplitude.setUserId("bob");
  await amplitude.track("awaited before the logout").promise;
  amplitude.reset();
  await until(4);

  const by = Object.fromEntries(clicks.map((click) => [click.event_type, click]));
  for (const [type, { user_id, device_id, session_id }] of Object.entries(by)) {
    console.log(`${type}: user ${user_id}, device ${device_id}, session ${session_id}`);
  }
  const require = (condition, expected) => {
    if (!condition) {
      console.log(`CHANGED: expected that ${expected}`);
      process.exit(1);
    }
  };
  const long = by["long before the logout"];
  const before = by["just before the logout"];
  const after = by["just after the logout"];
  const awaited = by["awaited before the logout"];
  require(long.user_id === "alice", "a click long before the logout has its user");
  require(before.user_id === undefined, "a click just before the logout has no user");
  require(before.device_id === after.device_id, "a click just before the logout has the device of after it");
  require(before.device_id !== long.device_id, "the logout makes another device");
  require(before.session_id === long.session_id, "the logout keeps the session_id");
  require(awaited.user_id === "bob", "a click that is awaited has its user");
  console.log("as described");
  process.exit(0);
});
JS

node --version
echo "@amplitude/analytics-browser $AMPLITUDE, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
