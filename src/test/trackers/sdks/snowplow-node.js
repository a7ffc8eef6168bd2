// Snowplow's Node tracker 4: bodies of several events, contexts in base64.
"use strict";

const visit = require("../visit.js");

const ECOMMERCE = "iglu:com.snowplowanalytics.snowplow.ecommerce";

exports.action = (type) => ({ schema: `${ECOMMERCE}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type } });
exports.product = ({ id, price, quantity }) => ({
  schema: `${ECOMMERCE}/product/jsonschema/1-0-0`,
  data: { id, price, quantity, currency: visit.currency, category: "shoes" },
});
exports.transaction = {
  schema: `${ECOMMERCE}/transaction/jsonschema/1-0-0`,
  data: { transaction_id: visit.orderId, revenue: visit.total, currency: visit.currency, payment_method: "card" },
};

/** The visit through a tracker of events that a builder has made. */
exports.server = async (core, track, setUser, pause) => {
  const page = (url, referrer) => core.buildPageView({ pageUrl: url, pageTitle: "Shop", referrer });
  const action = (type) => core.buildSelfDescribingEvent({ event: exports.action(type) });
  track(page(visit.home, visit.referrer));
  await pause(5);
  track(action("product_view"), [exports.product({ ...visit.p1, quantity: undefined })]);
  await pause(5);
  track(action("add_to_cart"), [exports.product(visit.p1)]);
  await pause(5);
  setUser(visit.user);
  track(action("transaction"), [exports.transaction, exports.product(visit.p1), exports.product(visit.p2)]);
  await pause(5);
  setUser(null);
  track(page(visit.bye));
};

exports.visit = async ({ url, load, pause }) => {
  const snowplow = load("@snowplow/node-tracker");
  const tracker = snowplow.newTracker(
    { namespace: "shop", appId: "shop", encodeBase64: true },
    { endpoint: url, eventMethod: "post", bufferSize: 10 },
  );
  tracker.setDomainUserId(visit.device);
  await exports.server(
    snowplow,
    (event, contexts) => tracker.track(event, contexts),
    (user) => tracker.setUserId(user),
    pause,
  );
  await tracker.flush();
};
