// Customer.io's browser library for its data pipelines, a fork of Segment's.
"use strict";

const { page: visitPage } = require("./segment-browser.js");

exports.visit = async ({ host, load, browser, settle }) => {
  const page = browser();
  page.global();
  const { AnalyticsBrowser } = load("@customerio/cdp-analytics-browser");
  const destination = { apiKey: "key", apiHost: `${host}/v1`, protocol: "http" };
  const [analytics] = await AnalyticsBrowser.load(
    { writeKey: "key", cdnSettings: { integrations: { "Customer.io Data Pipelines": destination } } },
    { integrations: { "Customer.io Data Pipelines": destination } },
  );
  await visitPage(analytics, page, { settle });
};
