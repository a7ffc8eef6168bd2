package io.clickstream.model;

/** The events of a session for one product. */
public record ProductActivity(String productId, int views, int cartAdds, int purchases) {

  /** All events counted for the product. */
  public int events() {
    return views + cartAdds + purchases;
  }
}
