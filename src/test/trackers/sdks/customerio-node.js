// Customer.io's Node library for its data pipelines, a fork of Segment's.
"use strict";

const { server } = require("./segment-node.js");

exports.visit = async ({ url, load, pause }) => {
  const { Analytics } = load("@customerio/cdp-analytics-node");
  const analytics = new Analytics({ writeKey: "key", host: url });
  await server(analytics, { pause });
  await analytics.closeAndFlush({ timeout: 10_000 });
};
