package io.clickstream.benchmark.peers;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** The type of a click. */
public enum EventType {
  @JsonProperty("page_view")
  PAGE_VIEW,
  @JsonProperty("product_view")
  PRODUCT_VIEW,
  @JsonProperty("search")
  SEARCH,
  @JsonProperty("add_to_cart")
  ADD_TO_CART,
  @JsonProperty("remove_from_cart")
  REMOVE_FROM_CART,
  @JsonProperty("checkout")
  CHECKOUT,
  @JsonProperty("purchase")
  PURCHASE,
  @JsonEnumDefaultValue
  OTHER
}
