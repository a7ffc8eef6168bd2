package io.clickstream.model;

/** What a session did with one product. */
public record ProductActivity(String productId, int views, int cartAdds, int purchases) {

  /** All events counted for the product. */
  public int events() {
    return views + cartAdds + purchases;
  }
}
