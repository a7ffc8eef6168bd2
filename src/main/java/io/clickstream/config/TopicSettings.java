package io.clickstream.config;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of the topics.
 *
 * @param clicks one or more, in the order in which they were given
 * @param duplicates null: duplicates are only counted
 */
public record TopicSettings(
    List<String> clicks,
    String sessions,
    String late,
    String rejected,
    @Nullable String duplicates,
    String rejectedSessions,
    String profiles,
    String products)
    implements Serializable {

  static final Section<TopicSettings> SECTION = new Section<>(TopicSettings.class);

  private static final Pattern LEGAL = Pattern.compile("[A-Za-z0-9._-]{1,249}");

  private static final Kind<String> TOPIC =
      Kind.text("the name of a topic: 1 to 249 letters, digits, dots, underscores and dashes")
          .refusing("it is empty", String::isBlank, "", " ")
          .refusing("it is not legal", text -> !legal(text), ".", "..", "a/b", "a b")
          .suchAs("other-clicks", "a.b_c-D0");

  public static final Setting<List<String>> CLICKS =
      SECTION
          .setting(
              "topics.clicks",
              "The clicks to read, from one topic or from several, whose records all look alike.",
              Kind.tree(
                      "text or list",
                      "the name of a topic or a list of them: each 1 to 249 letters, digits, dots,"
                          + " underscores and dashes",
                      Kinds::textsOf,
                      "it is neither a text nor a list of texts",
                      "{a: b}",
                      topics -> topics.size() == 1 ? topics.get(0) : topics.toString())
                  .refusing(
                      "it is empty",
                      topics -> topics.isEmpty() || topics.stream().anyMatch(String::isBlank),
                      "[]",
                      "''",
                      "[a, '']")
                  .refusing(
                      "it is not legal",
                      topics -> !topics.stream().allMatch(TopicSettings::legal),
                      ".",
                      "..",
                      "a/b",
                      "[a, b c]")
                  .refusing(
                      "a topic is in it twice",
                      topics -> topics.stream().distinct().count() < topics.size(),
                      "[a, b, a]")
                  .suchAs("other-clicks", "a.b_c-D0", "[web-clicks, app-clicks]"))
          .byDefault(List.of("raw-clicks"));

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

  public static final Setting<String> DUPLICATES =
      SECTION
          .setting(
              "topics.duplicates",
              "Receives the clicks that were dropped as duplicates, as they were. Not set: they are"
                  + " only counted.",
              TOPIC)
          .optional();

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
    return LEGAL.matcher(text).matches() && !text.equals(".") && !text.equals("..");
  }

  public TopicSettings {
    clicks = List.copyOf(clicks);
  }

  /** The topics of clicks in words: {@code web-clicks, app-clicks}. */
  public String clicksText() {
    return String.join(", ", clicks);
  }

  /** The topics that the job writes to. */
  public List<String> outputs() {
    return duplicates == null
        ? List.of(sessions, late, rejected)
        : List.of(sessions, late, rejected, duplicates);
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
