#!/usr/bin/env bash
#
# crawler-user-agents 1.60.0: people who come from a link in Facebook's app, and people with Android 15 on many phones,
# are crawlers.
#
# Two of its patterns are of people. "MetaIAB Facebook" is described as "Facebook link preview fetcher". It is how the
# in-app browser (IAB) of Facebook's apps ends its user agent, on Android and on iPhones: what a person sees who taps a
# link, an advertisement among them. The one instance that the list gives is a phone's WebView ("; wv"). Link previews
# are fetched by facebookexternalhit, which the list has as well. The same browser in Threads is none for the list.
# "AP3A.240617.008" is described as "80legs web scraping service" and is the build of Android 15 on phones of several
# makers; in user agents it is behind "Build/", so that people are hit in the in-app browser of any app, such as
# WeChat's. 80legs called itself "008/0.83".
#
# Sessions that are left out by this list are, among others, those that advertisements in Facebook's app bring. isbot
# 5.2.3 takes all of these for people, and the crawlers below for crawlers.
#
# Android's build: https://github.com/monperrus/crawler-user-agents/issues/466 (open, September 2026). No issue about
# the in-app browser was found.
#
# Exit code 0: they behave as said here. 1: they no longer do. 2: this could not be found out.
#
# Needs Node 20 or newer, npm and its registry. Leaves nothing behind but what npm has cached.

set -euo pipefail

LIST=1.60.0
ISBOT=5.2.3
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
  "crawler-user-agents@$LIST" "isbot@$ISBOT" > npm.log 2>&1 || {
  tail -20 npm.log >&2
  fail "the packages could not be had"
}

cat > run.js << 'JS'
const list = require("crawler-user-agents");
const { isbot } = require("isbot");

const crawlerOf = (userAgent) =>
  list.filter(({ pattern }) => new RegExp(pattern).test(userAgent)).map(({ description }) => description);
const android = (build, behind) =>
  `Mozilla/5.0 (Linux; Android ${build}; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 ` +
  `Chrome/146.0.7680.174 Mobile Safari/537.36 ${behind}`;
const iphone = (behind) =>
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) " +
  `Mobile/22G100 Safari/604.1 ${behind}`;

// Name, user agent, whether it is a person's, what the list says.
const PREVIEW = "Facebook link preview fetcher";
const SCRAPER = "80legs web scraping service";
const cases = [
  ["Facebook's app, Android", android("16; Pixel 9 Build/BP2A.250605.031", "MetaIAB Facebook"), true, PREVIEW],
  ["Facebook's app, iPhone", iphone("MetaIAB Facebook"), true, PREVIEW],
  ["Threads, iPhone", iphone("MetaIAB Threads"), true, null],
  ["Facebook's app, as it was", android("14; SM-S918B Build/UP1A.231005.007", "[FB_IAB/FB4A;FBAV/495.0.0.45.201;]"), true, null],
  ["WeChat, Android 15", android("15; PJZ110 Build/AP3A.240617.008", "MicroMessenger/8.0.57"), true, SCRAPER],
  ["WeChat, Android 14", android("14; PJZ110 Build/UKQ1.230924.001", "MicroMessenger/8.0.57"), true, null],
  ["link preview", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", false, undefined],
  ["search engine", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", false, undefined],
];

let changed = false;
for (const [name, userAgent, isPerson, expected] of cases) {
  const crawler = crawlerOf(userAgent);
  console.log(`${name}: isbot says ${isbot(userAgent) ? "crawler" : "person"}, the list ${crawler[0] ?? "person"}`);
  const asSaid = expected === undefined ? crawler.length > 0 : (crawler[0] ?? null) === expected;
  if (!asSaid || isbot(userAgent) === isPerson) {
    console.log(`CHANGED: expected of the list ${expected ?? (isPerson ? "person" : "a crawler")}`);
    changed = true;
  }
}
if (!changed) {
  console.log("as described");
}
process.exit(changed ? 1 : 0);
JS

node --version
echo "crawler-user-agents $LIST, isbot $ISBOT"
status=0
timeout "$NODE_SECONDS" node run.js || status=$?
[[ $status -le 2 ]] || fail "the run ended with code $status"
exit "$status"
