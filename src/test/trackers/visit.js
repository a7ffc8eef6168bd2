// The visit that every tracker makes, as far as it has calls for it: home with a campaign, a product, into the cart,
// login, an order of two products with costs of delivery, logout, another page.
"use strict";

module.exports = {
  referrer: "https://search.example/q",
  home: "https://shop.example/?utm_source=news&utm_medium=email&utm_campaign=spring",
  product: "https://shop.example/p/p1",
  order: "https://shop.example/thanks",
  bye: "https://shop.example/bye",
  campaign: { source: "news", medium: "email", name: "spring" },
  device: `d-${process.argv[2]}`,
  user: `u-${process.argv[2]}`,
  p1: { id: "p1", price: 9.5, quantity: 2 },
  p2: { id: "p2", price: 25, quantity: 1 },
  // 2 × 9.50 + 25 + 5 for the delivery: not the sum of the products.
  orderId: "o1",
  total: 49,
  currency: "EUR",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
};
