// Hightouch's browser library, a fork of Segment's with RudderStack's session ids.
"use strict";

const { page: visitPage } = require("./segment-browser.js");

exports.visit = async ({ host, load, browser, settle }) => {
  const page = browser();
  page.global();
  const { HtEventsBrowser } = load("@ht-sdks/events-sdk-js-browser");
  const [events] = await HtEventsBrowser.load({ writeKey: "key" }, { apiHost: host, protocol: "http" });
  await visitPage(events, page, { settle });
};
