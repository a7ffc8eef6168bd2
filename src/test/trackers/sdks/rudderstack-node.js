// RudderStack's Node library: compressed bodies, the first call alone.
"use strict";

const { server } = require("./segment-node.js");

exports.visit = async ({ url, load, pause }) => {
  const loaded = load("@rudderstack/rudder-sdk-node");
  const Analytics = loaded.default ?? loaded;
  const analytics = new Analytics("key", { dataPlaneUrl: url, flushInterval: 200, logLevel: "error" });
  await server(analytics, { pause });
  await analytics.flush();
};
