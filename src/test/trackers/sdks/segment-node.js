// Segment's Node library: bodies of several calls, the device and the user only where the caller names them.
"use strict";

const { added, completed, viewed } = require("../spec.js");
const visit = require("../visit.js");

/** The visit through a library with Segment's calls, which take one object. */
exports.server = async (analytics, { pause }) => {
  const who = (user) => ({ anonymousId: visit.device, ...(user ? { userId: visit.user } : {}) });
  const track = (user, [event, properties]) => analytics.track({ ...who(user), event, properties });
  const page = (user, url, context) =>
    analytics.page({ ...who(user), name: "Page", properties: { url }, ...(context ? { context } : {}) });
  page(false, visit.home, {
    campaign: visit.campaign,
    page: { url: visit.home, referrer: visit.referrer },
    userAgent: visit.userAgent,
  });
  await pause(5);
  track(false, viewed);
  await pause(5);
  track(false, added);
  await pause(5);
  analytics.identify({ ...who(true), traits: { plan: "gold" } });
  analytics.group({ userId: visit.user, groupId: "g1" });
  await pause(5);
  track(true, completed);
  await pause(5);
  page(false, visit.bye);
};

exports.visit = async ({ url, load, pause }) => {
  const { Analytics } = load("@segment/analytics-node");
  const analytics = new Analytics({ writeKey: "key", host: url });
  await exports.server(analytics, { pause });
  await analytics.closeAndFlush({ timeout: 10_000 });
};
