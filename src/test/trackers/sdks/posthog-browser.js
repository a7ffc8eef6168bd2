// PostHog's browser library. It asks for its configuration, and compresses once that says so.
"use strict";

const { added, completed, viewed } = require("../spec.js");
const visit = require("../visit.js");

exports.answer = ({ path }) => {
  if (path.startsWith("/array/")) {
    const config = { supportedCompression: ["gzip-js"], hasFeatureFlags: false, sessionRecording: false, surveys: false };
    return { own: true, body: JSON.stringify(config) };
  }
  return path.startsWith("/flags") || path.startsWith("/decide") ? { own: true, body: '{"flags":{}}' } : {};
};

exports.visit = async ({ url, file, browser, settle }) => {
  const page = browser();
  page.run(file("posthog-js/dist/array.full.js"));
  const { posthog } = page.window;
  await new Promise((resolve) => {
    posthog.init("key", {
      api_host: url,
      loaded: resolve,
      autocapture: false,
      capture_pageview: false,
      capture_pageleave: true,
      disable_session_recording: true,
      disable_surveys: true,
      advanced_disable_feature_flags: true,
    });
  });
  await settle();
  const capture = async (address, event, properties) => {
    page.go(address);
    posthog.capture(event, properties);
    // What is no page view waits for three seconds.
    await new Promise((resolve) => setTimeout(resolve, 3_300));
    await settle();
  };
  await capture(visit.home, "$pageview");
  await capture(visit.product, ...viewed);
  await capture(visit.product, ...added);
  posthog.identify(visit.user, { plan: "gold" });
  await settle();
  await capture(visit.order, ...completed);
  posthog.reset();
  await capture(visit.bye, "$pageview");
};
