// RudderStack's browser library, the bundle that loads none of its parts later.
"use strict";

const { page: visitPage } = require("./segment-browser.js");

exports.answer = ({ path }) =>
  path.startsWith("/sourceConfig")
    ? {
        own: true,
        body: JSON.stringify({
          source: {
            id: "source",
            name: "shop",
            writeKey: "key",
            enabled: true,
            workspaceId: "workspace",
            config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
            destinations: [],
            dataplanes: {},
          },
        }),
      }
    : {};

exports.visit = async ({ url, load, browser, settle }) => {
  const page = browser();
  page.global();
  const { RudderAnalytics } = load("@rudderstack/analytics-js/bundled");
  const analytics = new RudderAnalytics();
  await new Promise((resolve) => {
    analytics.load("0123456789abcdefghijklmnopq", url, {
      configUrl: url,
      onLoaded: resolve,
      useBeacon: false,
      storage: { cookie: {} },
    });
  });
  await visitPage(analytics, page, { settle });
};
