// Snowplow's Node tracker 3 by GET: an event a request, in its query.
"use strict";

const { server } = require("./snowplow-node.js");
const visit = require("../visit.js");

exports.visit = async ({ host, port, load, pause, settle }) => {
  const snowplow = load("snowplow-node-tracker-3");
  const emitter = snowplow.gotEmitter("127.0.0.1", snowplow.HttpProtocol.HTTP, port, snowplow.HttpMethod.GET, 1);
  const tracker = snowplow.tracker([emitter], "shop", "shop", true);
  tracker.setDomainUserId(visit.device);
  await server(
    snowplow,
    (event, contexts) => tracker.track(event, contexts),
    (user) => tracker.setUserId(user),
    pause,
  );
  await settle();
};
