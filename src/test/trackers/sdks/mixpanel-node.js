// Mixpanel's Node library: one call a request, by GET, or a list by POST. It has neither ids nor times of its own.
"use strict";

const visit = require("../visit.js");

exports.answer = () => ({ body: "1", type: "text/plain" });

exports.visit = async ({ host, load, pause }) => {
  const mixpanel = load("mixpanel").init("token", { host, protocol: "http" });
  const track = async (event, properties) => {
    await new Promise((resolve, reject) => {
      mixpanel.track(event, { distinct_id: visit.device, time: Date.now(), ...properties }, (e) =>
        e ? reject(e) : resolve(),
      );
    });
    await pause(5);
  };
  await track("$mp_web_page_view", { $current_url: visit.home, $referrer: visit.referrer });
  await track("Product Viewed", { product_id: visit.p1.id });
  await track("Product Added", { product_id: visit.p1.id, quantity: visit.p1.quantity });
  await new Promise((resolve) => mixpanel.people.set(visit.device, { plan: "gold" }, resolve));
  const products = [visit.p1, visit.p2].map(({ id, price, quantity }) => ({ product_id: id, price, quantity }));
  await new Promise((resolve, reject) => {
    const time = Date.now();
    mixpanel.track_batch(
      [
        {
          event: "Order Completed",
          properties: {
            distinct_id: visit.device,
            time,
            order_id: visit.orderId,
            revenue: visit.total,
            currency: visit.currency,
            products,
          },
        },
        {
          event: "$mp_web_page_view",
          properties: { distinct_id: visit.device, time: time + 5, $current_url: visit.bye },
        },
      ],
      (errors) => (errors ? reject(errors[0]) : resolve()),
    );
  });
};
