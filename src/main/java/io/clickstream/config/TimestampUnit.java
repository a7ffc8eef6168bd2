package io.clickstream.config;

/** What a number that is a time counts since 1970-01-01T00:00Z. */
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
