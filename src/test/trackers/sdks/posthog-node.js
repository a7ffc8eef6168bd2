// PostHog's Node library: compressed bodies; one id stands for device and user.
"use strict";

const { added, completed, viewed } = require("../spec.js");
const visit = require("../visit.js");

exports.visit = async ({ url, load, pause }) => {
  const { PostHog } = load("posthog-node");
  const posthog = new PostHog("key", { host: url, flushAt: 100 });
  const capture = async (event, properties) => {
    posthog.capture({ distinctId: visit.device, event, properties });
    await pause(5);
  };
  await capture("$pageview", {
    $current_url: visit.home,
    $referrer: visit.referrer,
    utm_source: visit.campaign.source,
    utm_medium: visit.campaign.medium,
    utm_campaign: visit.campaign.name,
  });
  await capture(...viewed);
  await capture(...added);
  posthog.identify({ distinctId: visit.device, properties: { plan: "gold" } });
  posthog.groupIdentify({ groupType: "company", groupKey: "acme" });
  await pause(5);
  await capture(...completed);
  await capture("$pageview", { $current_url: visit.bye });
  await posthog.shutdown(10_000);
};
