package io.clickstream.benchmark.peers;

/** How often a session saw a product, put it into the cart and bought it. */
public class ProductTally {

  public int views;
  public int cartAdds;
  public int purchases;

  int events() {
    return views + cartAdds + purchases;
  }
}
