// Mixpanel's browser library: a form with base64 of a list.
"use strict";

const { added, completed, viewed } = require("../spec.js");
const visit = require("../visit.js");

exports.answer = ({ path }) => (path.startsWith("/track") ? { body: '{"status":1,"error":null}' } : { own: true });

exports.visit = async ({ url, file, browser, settle }) => {
  const page = browser();
  page.window.MIXPANEL_CUSTOM_LIB_URL = "";
  page.global();
  const loaded = require(file("mixpanel-browser/dist/mixpanel.cjs.js"));
  const mixpanel = loaded.default ?? loaded;
  mixpanel.init("token", {
    api_host: url,
    track_pageview: false,
    autocapture: false,
    batch_flush_interval_ms: 200,
    persistence: "localStorage",
    record_sessions_percent: 0,
  });
  const track = async (address, send) => {
    page.go(address);
    send();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await settle();
  };
  await track(visit.home, () => mixpanel.track_pageview());
  await track(visit.product, () => mixpanel.track(...viewed));
  await track(visit.product, () => mixpanel.track(...added));
  await track(visit.product, () => mixpanel.identify(visit.user));
  await track(visit.order, () => mixpanel.track(...completed));
  await track(visit.order, () => mixpanel.reset());
  await track(visit.bye, () => mixpanel.track_pageview());
};
