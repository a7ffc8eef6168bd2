package io.clickstream.benchmark.peers;

import org.jspecify.annotations.Nullable;

/** A record of the click topic: a click, or the record itself and what is wrong with it. A POJO. */
public class ReadClick {
  public @Nullable ShopClick click;
  public byte @Nullable [] key;
  public byte @Nullable [] value;
  public @Nullable String rejection;
}
