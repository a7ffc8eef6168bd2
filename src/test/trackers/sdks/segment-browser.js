// Segment's browser library, with its settings in place: it asks no one for them.
"use strict";

const { added, completed, viewed } = require("../spec.js");
const visit = require("../visit.js");

/** The visit through a library with Segment's calls in a page. */
exports.page = async (analytics, page, { settle }) => {
  const track = async (url, [event, properties]) => {
    page.go(url);
    await analytics.track(event, properties);
    await settle();
  };
  await analytics.page();
  await settle();
  await track(visit.product, viewed);
  await track(visit.product, added);
  await analytics.identify(visit.user, { plan: "gold" });
  await settle();
  await track(visit.order, completed);
  await analytics.reset();
  await settle();
  page.go(visit.bye);
  await analytics.page();
  await settle();
};

exports.visit = async ({ host, load, browser, settle }) => {
  const page = browser();
  page.global();
  const { AnalyticsBrowser } = load("@segment/analytics-next");
  const [analytics] = await AnalyticsBrowser.load(
    {
      writeKey: "key",
      cdnSettings: { integrations: { "Segment.io": { apiKey: "key", apiHost: `${host}/v1`, protocol: "http" } } },
    },
    { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
  );
  await exports.page(analytics, page, { settle });
};
