// Snowplow's browser tracker 4.
"use strict";

const { action, product, transaction } = require("./snowplow-node.js");
const visit = require("../visit.js");

exports.visit = async ({ url, file, browser, settle }) => {
  const page = browser();
  page.global();
  const snowplow = require(file("@snowplow/browser-tracker/dist/index.umd.js"));
  snowplow.newTracker("shop", url, { appId: "shop", contexts: { webPage: true } });
  const track = async (address, type, contexts) => {
    page.go(address);
    snowplow.trackSelfDescribingEvent({ event: action(type), context: contexts });
    await settle();
  };
  snowplow.trackPageView();
  await settle();
  await track(visit.product, "product_view", [product({ ...visit.p1, quantity: undefined })]);
  await track(visit.product, "add_to_cart", [product(visit.p1)]);
  snowplow.setUserId(visit.user);
  await track(visit.order, "transaction", [transaction, product(visit.p1), product(visit.p2)]);
  snowplow.clearUserData();
  snowplow.setUserId(null);
  page.go(visit.bye);
  snowplow.trackPageView();
  await settle();
};
