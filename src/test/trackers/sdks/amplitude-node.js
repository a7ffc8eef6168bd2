// Amplitude's Node library. It has no call for an order: an event of revenue for each product.
"use strict";

const visit = require("../visit.js");

exports.answer = () => ({ body: '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}' });

exports.visit = async ({ url, load, pause }) => {
  const amplitude = load("@amplitude/analytics-node");
  await amplitude.init("key", { serverUrl: `${url}/2/httpapi`, flushIntervalMillis: 200 }).promise;
  const track = async (user, event, properties) => {
    amplitude.track(event, properties, { device_id: visit.device, ...(user ? { user_id: visit.user } : {}) });
    await pause(5);
  };
  await track(false, "[Amplitude] Page Viewed", {
    "[Amplitude] Page Location": visit.home,
    referrer: visit.referrer,
    utm_source: visit.campaign.source,
    utm_medium: visit.campaign.medium,
    utm_campaign: visit.campaign.name,
  });
  await track(false, "Product Viewed", { product_id: visit.p1.id });
  await track(false, "Product Added", { product_id: visit.p1.id, quantity: visit.p1.quantity });
  amplitude.identify(new amplitude.Identify().set("plan", "gold"), { device_id: visit.device, user_id: visit.user });
  await pause(5);
  for (const { id, price, quantity } of [visit.p1, visit.p2]) {
    amplitude.revenue(new amplitude.Revenue().setProductId(id).setPrice(price).setQuantity(quantity), {
      device_id: visit.device,
      user_id: visit.user,
    });
    await pause(5);
  }
  await track(false, "[Amplitude] Page Viewed", { "[Amplitude] Page Location": visit.bye });
  await amplitude.flush().promise;
};
