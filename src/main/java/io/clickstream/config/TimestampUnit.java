package io.clickstream.config;

/** The unit of a time that is a number, counted since 1970-01-01T00:00Z. */
public enum TimestampUnit {
  MS("milliseconds"),
  S("seconds"),
  US("microseconds"),
  NS("nanoseconds");

  private final String words;

  TimestampUnit(String words) {
    this.words = words;
  }

  /** Its name in messages. */
  public String words() {
    return words;
  }
}
