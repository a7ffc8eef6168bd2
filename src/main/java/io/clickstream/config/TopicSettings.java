package io.clickstream.config;

import java.io.Serializable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names of the topics. */
public record TopicSettings(
    String clicks,
    String sessions,
    String late,
    String rejected,
    String rejectedSessions,
    String profiles,
    String products)
    implements Serializable {

  static final Section<TopicSettings> SECTION = new Section<>(TopicSettings.class);

  private static final Kind<String> TOPIC =
      Kind.text("the name of a topic: 1 to 249 letters, digits, dots, underscores and dashes")
          .refusing("it is empty", String::isBlank, "", " ")
          .refusing(
              "it is not legal",
              text -> text.equals(".") || text.equals("..") || !legal(text),
              ".",
              "..",
              "a/b",
              "a b")
          .suchAs("other-clicks", "a.b_c-D0");

  public static final Setting<String> CLICKS =
      SECTION.setting("topics.clicks", "The clicks to read.", TOPIC).byDefault("raw-clicks");

  public static final Setting<String> SESSIONS =
      SECTION
          .setting(
              "topics.sessions", "Receives every revision and retraction of every session.", TOPIC)
          .byDefault("enriched-sessions");

  public static final Setting<String> LATE =
      SECTION
          .setting(
              "topics.late", "Receives the clicks that came after the allowed lateness.", TOPIC)
          .byDefault("late-clicks");

  public static final Setting<String> REJECTED =
      SECTION
          .setting(
              "topics.rejected",
              "Receives the records that are no clicks, as they were, with the reason.",
              TOPIC)
          .byDefault("rejected-clicks");

  public static final Setting<String> REJECTED_SESSIONS =
      SECTION
          .setting(
              "topics.rejected-sessions",
              "Receives the sessions that the loader cannot put into ClickHouse.",
              TOPIC)
          .byDefault("rejected-sessions");

  public static final Setting<String> PROFILES =
      SECTION
          .setting("topics.profiles", "The users' profiles to read; a compacted topic.", TOPIC)
          .byDefault("user-profiles");

  public static final Setting<String> PRODUCTS =
      SECTION
          .setting("topics.products", "The products to read; a compacted topic.", TOPIC)
          .byDefault("product-catalog");

  private static boolean legal(String text) {
    return Pattern.matches("[A-Za-z0-9._-]{1,249}", text);
  }

  /** The names when nothing is given. */
  public static TopicSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another name. */
  public <T> TopicSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
