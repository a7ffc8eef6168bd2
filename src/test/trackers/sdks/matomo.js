// matomo-tracker, for Node: by GET, or a list of queries by POST. Visitor and time are the caller's.
"use strict";

const visit = require("../visit.js");

exports.answer = () => ({ body: "{}" });

exports.visit = async ({ url, load, pause, settle }) => {
  const loaded = load("matomo-tracker");
  const MatomoTracker = loaded.default ?? loaded;
  const tracker = new MatomoTracker(1, `${url}/matomo.php`, true);
  tracker.on("error", (e) => {
    throw e;
  });
  // Times of whole seconds, each later than the one before.
  const started = Math.floor(Date.now() / 1000) - 100;
  let clicks = 0;
  const seconds = () => started + 10 * clicks++;
  const _id = visit.device;
  const item = ({ id, price, quantity }) => [id, `Product ${id}`, "shoes", price, quantity];
  const uid = visit.user;
  tracker.track({ url: visit.home, urlref: visit.referrer, _id, cdt: seconds(), ua: visit.userAgent });
  await settle();
  tracker.track({ url: visit.product, _id, cdt: seconds(), _pks: visit.p1.id, _pkp: visit.p1.price });
  await settle();
  tracker.trackBulk([
    {
      url: visit.product, _id, cdt: seconds(), idgoal: 0, revenue: 19, ec_items: JSON.stringify([item(visit.p1)]),
    },
    {
      url: visit.order, _id, uid, cdt: seconds(), idgoal: 0, ec_id: visit.orderId, revenue: visit.total,
      ec_items: JSON.stringify([item(visit.p1), item(visit.p2)]),
    },
    // As text: Matomo takes it for UTC.
    { url: visit.bye, _id, cdt: new Date(1000 * seconds()).toISOString().slice(0, 19).replace("T", " ") },
  ]);
  await settle();
  await pause(5);
};
