package io.clickstream.config;

import static io.clickstream.config.Kinds.MILLISECOND;
import static io.clickstream.config.Kinds.duration;
import static io.clickstream.config.Kinds.integer;
import static io.clickstream.config.Kinds.matching;
import static io.clickstream.config.Kinds.notBlank;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the loader writes.
 *
 * @param url HTTP address, without user and password
 * @param password of the user; null for none
 * @param batchSize rows inserted at once
 * @param flushInterval after which a smaller batch is inserted
 */
public record ClickHouseSettings(
    String url,
    String database,
    String table,
    String user,
    @Nullable String password,
    int batchSize,
    Duration flushInterval)
    implements Serializable {

  static final Section<ClickHouseSettings> SECTION = new Section<>(ClickHouseSettings.class);

  private static final Kind<String> IDENTIFIER =
      matching(
              Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,199}"),
              "a name of letters, digits and underscores that does not begin with a digit",
              "1a")
          .suchAs("_a", "a1");

  public static final Setting<String> URL =
      SECTION
          .setting(
              "clickhouse.url",
              "HTTP address of ClickHouse. Only the loader needs it.",
              Kind.text("an address such as http://localhost:8123, without user and password")
                  .refusing("it is not an address", text -> uri(text) == null, "http://a b")
                  .refusing(
                      "it does not begin with http:// or https://",
                      text -> !text.matches("(?i)https?:.*"),
                      "localhost:8123",
                      "ftp://host")
                  .refusing("it names no host", text -> part(text, URI::getHost) == null, "http:/x")
                  .refusing(
                      "it contains a user or a password",
                      text -> part(text, URI::getRawUserInfo) != null,
                      "http://user@host")
                  .suchAs("http://localhost:8123", "https://h:8443/path"))
          .requiredBy("", Job.LOADER);

  public static final Setting<String> DATABASE =
      SECTION
          .setting("clickhouse.database", "The database with the sessions' table.", IDENTIFIER)
          .byDefault("clickstream");

  public static final Setting<String> TABLE =
      SECTION
          .setting("clickhouse.table", "The table that the loader writes.", IDENTIFIER)
          .byDefault("sessions");

  public static final Setting<String> USER =
      SECTION
          .setting("clickhouse.user", "As whom the loader writes.", notBlank("the name of a user"))
          .byDefault("default");

  public static final Setting<String> PASSWORD =
      SECTION
          .setting(
              "clickhouse.password",
              "The user's password. Best given as CLICKSTREAM_CLICKHOUSE_PASSWORD: a file is often"
                  + " shared and an argument is seen by everyone on the machine.",
              Kind.text("a password").suchAs("hunter2", "a b"))
          .secret()
          .optional();

  public static final Setting<Integer> BATCH_SIZE =
      SECTION
          .setting(
              "clickhouse.batch-size", "Rows that the loader inserts at once.", integer(1, 100_000))
          .byDefault(5_000);

  public static final Setting<Duration> FLUSH_INTERVAL =
      SECTION
          .setting(
              "clickhouse.flush-interval",
              "The loader inserts a smaller batch after this long.",
              duration(MILLISECOND, Duration.ofHours(1)))
          .byDefault(Duration.ofSeconds(1));

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static @Nullable String part(String text, Function<URI, @Nullable String> part) {
    URI uri = uri(text);
    return uri == null ? null : part.apply(uri);
  }

  /** The settings when nothing is given, the address an empty text. */
  public static ClickHouseSettings defaults() {
    return SECTION.defaults();
  }

  /**
   * The settings of some values, which have been read by their kinds.
   *
   * @param values by setting; those of other records do no harm
   */
  public static ClickHouseSettings of(Map<Setting<?>, Object> values) {
    return SECTION.of(values);
  }

  /** The same with another value. */
  public <T> ClickHouseSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ClickHouseSettings[url="
        + url
        + ", database="
        + database
        + ", table="
        + table
        + ", user="
        + user
        + ", batchSize="
        + batchSize
        + ", flushInterval="
        + flushInterval
        + "]";
  }
}
