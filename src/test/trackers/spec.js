// The names and properties of Segment's e-commerce specification, which several trackers follow.
"use strict";

const visit = require("./visit.js");

const product = ({ id, price, quantity }) => ({ product_id: id, price, quantity, currency: visit.currency });

module.exports = {
  viewed: ["Product Viewed", { product_id: visit.p1.id, price: visit.p1.price, currency: visit.currency }],
  added: ["Product Added", product(visit.p1)],
  completed: [
    "Order Completed",
    {
      order_id: visit.orderId,
      revenue: visit.total,
      currency: visit.currency,
      products: [product(visit.p1), product(visit.p2)],
    },
  ],
};
