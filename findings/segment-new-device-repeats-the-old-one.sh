#!/usr/bin/env bash
#
# @segment/analytics-next 1.84.3: the anonymousId of after reset() repeats bytes of the one before it.
#
# reset() makes a new anonymousId, so that the clicks of one who logs out and of one who comes next belong to two
# devices. The ids look like random UUIDs and are none: they come from @lukeed/uuid 2.0.1, which fills a buffer of 256
# random bytes and gives out windows of 16 of them, each one byte further than the one before ("IDX++", where a UUID takes
# 16). So an id that is the n-th after another repeats 16 - n of its bytes, and ids of messages and devices are windows of
# one and the same buffer. After a visit of fewer than 16 calls whoever has both ids can tell that the two devices are
# one browser, although reset() is there to separate them, and two ids are as different as they look only if 16 or more
# lie between them. They are never equal: joins and deduplication are safe. What takes ids for random is not: sampling or
# splitting traffic by a few bytes of an id puts the device of before and that of after a logout together more often than
# chance would.
#
# The windows are intended in the library (https://github.com/lukeed/uuid/issues/8: "All are still valid & unique
# UUIDv4s, reusing the internal buffer"); that they reach from one anonymousId to the next is said nowhere. Customer.io's
# @customerio/cdp-analytics-browser 0.5.11 and Hightouch's @ht-sdks/events-sdk-js-browser 1.5.1 use it as well.
#
# Runs the library in jsdom 26.1.0 against a collector on this machine.
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs Node 18 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

SEGMENT=1.84.3
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
  "@segment/analytics-next@$SEGMENT" "jsdom@$JSDOM" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const http = require("node:http");
const { JSDOM } = require("jsdom");

const calls = [];
const collector = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    calls.push(JSON.parse(body));
    response.end('{"success":true}');
  });
});
const until = async (count) => {
  for (let i = 0; calls.length < count; i++) {
    if (i === 200) {
      console.log(`expected ${count} calls within 10 s, found ${calls.length}`);
      process.exit(2);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const hex = (id) => id.replace(/^ajs-next-\d+-/, "").replace(/-/g, "");

// How many bytes at the end of one id begin the other, the two places aside that every UUID fills with its version.
const shared = (first, second) => {
  for (let length = 15; length > 0; length--) {
    let same = 0;
    let compared = 0;
    for (let i = 0; i < length; i++) {
      const [from, to] = [16 - length + i, i];
      if ([6, 8].includes(from) || [6, 8].includes(to)) {
        continue;
      }
      compared++;
      same += first.slice(2 * from, 2 * from + 2) === second.slice(2 * to, 2 * to + 2) ? 1 : 0;
    }
    if (compared > 0 && same === compared) {
      return length;
    }
  }
  return 0;
};

collector.listen(0, "127.0.0.1", async () => {
  const fetchOfNode = fetch;
  const { window } = new JSDOM("<html></html>", { url: "https://shop.example/", pretendToBeVisual: true });
  for (const name of ["window", "document", "navigator", "location", "localStorage", "history", "XMLHttpRequest"]) {
    Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
  }
  window.fetch = (url, init) => fetchOfNode(url, init);
  const host = `127.0.0.1:${collector.address().port}`;
  const { AnalyticsBrowser } = require("@segment/analytics-next");
  const destination = { "Segment.io": { apiKey: "key", apiHost: host, protocol: "http" } };
  const [analytics] = await AnalyticsBrowser.load(
    { writeKey: "key", cdnSettings: { integrations: destination } },
    { integrations: destination },
  );
  await analytics.page();
  await analytics.identify("alice");
  await analytics.track("Order Completed");
  await until(3);
  await analytics.reset();
  await analytics.page();
  await until(4);
  const [before, after] = [calls[0].anonymousId, calls[3].anonymousId];
  const messages = calls.map((call) => hex(call.messageId));
  const repeated = shared(hex(before), hex(after));
  console.log(`device before the logout: ${before}`);
  console.log(`device after the logout:  ${after}, whose first ${repeated} bytes are the last of the other`);
  const bytes = messages.slice(1).map((id, i) => shared(messages[i], id));
  console.log(`a messageId repeats as many bytes of the one before it: ${bytes.join(", ")}`);
  const require_ = (condition, expected) => {
    if (!condition) {
      console.log(`CHANGED: expected that ${expected}`);
      process.exit(1);
    }
  };
  require_(before !== after, "the logout makes another device");
  // By chance one byte is the same in one of 256 pairs of ids, and two are in one of 65 536.
  require_(repeated >= 4, "the device after a short visit repeats at least 4 bytes of the device before it");
  require_(bytes.every((length) => length >= 8), "each messageId repeats at least 8 bytes of the one before it");
  console.log("as described");
  process.exit(0);
});
JS

node --version
echo "@segment/analytics-next $SEGMENT, jsdom $JSDOM"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
