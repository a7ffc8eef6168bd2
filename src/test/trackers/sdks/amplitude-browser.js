// Amplitude's browser library, with its own page views and sessions.
"use strict";

const visit = require("../visit.js");

exports.answer = () => ({ body: '{"code":200,"events_ingested":1,"payload_size_bytes":1,"server_upload_time":1}' });

exports.visit = async ({ url, file, browser, settle }) => {
  const page = browser();
  page.run(file("@amplitude/analytics-browser/lib/scripts/amplitude-min.js"));
  const { amplitude } = page.window;
  await amplitude.init("key", {
    serverUrl: `${url}/2/httpapi`,
    flushIntervalMillis: 100,
    fetchRemoteConfig: false,
    remoteConfig: { fetchRemoteConfig: false },
    autocapture: { attribution: true, pageViews: true, sessions: true, formInteractions: false, fileDownloads: false },
  }).promise;
  await settle();
  const track = async (address, event, properties) => {
    if (address) {
      page.go(address);
      await settle();
    }
    await amplitude.track(event, properties).promise;
    await settle();
  };
  await track(visit.product, "Product Viewed", { product_id: visit.p1.id });
  await track(null, "Product Added", { product_id: visit.p1.id, quantity: visit.p1.quantity });
  amplitude.setUserId(visit.user);
  await amplitude.identify(new amplitude.Identify().set("plan", "gold")).promise;
  await settle();
  for (const { id, price, quantity } of [visit.p1, visit.p2]) {
    const revenue = new amplitude.Revenue().setProductId(id).setPrice(price).setQuantity(quantity);
    await amplitude.revenue(revenue).promise;
    await settle();
  }
  amplitude.reset();
  await settle();
  page.go(visit.bye);
  await settle();
};
