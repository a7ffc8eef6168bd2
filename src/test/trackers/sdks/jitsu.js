// Jitsu's library in a page. Its reset works a moment after the call.
"use strict";

const { page: visitPage } = require("./segment-browser.js");

exports.visit = async ({ url, load, browser, settle }) => {
  const page = browser();
  page.global();
  const { jitsuAnalytics } = load("@jitsu/js");
  const analytics = jitsuAnalytics({ host: url, writeKey: "key:secret", fetch: page.window.fetch });
  await visitPage(analytics, page, { settle });
};
