package io.clickstream.config;

import static io.clickstream.config.Kinds.choice;
import static io.clickstream.config.Kinds.duration;

import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldSource;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How reference data is read, and how sessions wait for it.
 *
 * @param maxWait how long a session may wait for it to be loaded, or null for as long as it takes
 * @param profilesFormat how records of profiles look
 * @param profilesFields our name to the paths in these records, for those that differ
 * @param profilesKey where the user id is in their keys, or null for what the format has
 * @param productsFormat how records of products look
 * @param productsFields our name to the paths in these records, for those that differ
 * @param productsKey where the product id is in their keys, or null for what the format has
 */
public record EnrichmentSettings(
    @Nullable Duration maxWait,
    ReferenceEncoding profilesFormat,
    Map<String, List<FieldPath>> profilesFields,
    @Nullable FieldPath profilesKey,
    ReferenceEncoding productsFormat,
    Map<String, List<FieldPath>> productsFields,
    @Nullable FieldPath productsKey)
    implements Serializable {

  static final Section<EnrichmentSettings> SECTION = new Section<>(EnrichmentSettings.class);

  private static final Kind<FieldPath> PATH =
      Kind.of(
              "path",
              "a path of names separated by dots",
              EnrichmentSettings::path,
              "a name in the path is empty",
              "a..b",
              FieldPath::toString)
          .suchAs("id", "payload.id");

  private static final Kind<List<FieldPath>> PATHS =
      Kind.tree(
              "path",
              "a path of names separated by dots, or a list of paths",
              EnrichmentSettings::paths,
              "it is neither a path nor a list of paths",
              "{a: b}",
              paths -> new FieldSource.Paths(paths, false).yaml())
          .suchAs("plan", "[traits.plan, plan]");

  public static final Setting<Duration> MAX_WAIT =
      SECTION
          .setting(
              "enrichment.max-wait",
              "How long sessions wait for profiles and products to be loaded before they leave"
                  + " without (MISSING). Not set: as long as it takes.",
              duration(Duration.ZERO))
          .optional();

  public static final Setting<ReferenceEncoding> PROFILES_FORMAT =
      SECTION
          .setting(
              "enrichment.profiles.format",
              "How the records of profiles look: json (an object whose members are the columns) or"
                  + " debezium (the envelope of a change, with or without its schema).",
              choice(ReferenceEncoding.class))
          .byDefault(ReferenceEncoding.JSON);

  public static final Setting<Map<String, List<FieldPath>>> PROFILES_FIELDS =
      SECTION
          .group(
              "enrichment.profiles.fields",
              List.of("user_id", "segment", "tier"),
              "Where the id and the columns of a profile stand in the records, if not under our"
                  + " names: enrichment.profiles.fields.segment: plan. Of a list of paths the first"
                  + " that has a value counts. With debezium a path begins in the row.",
              PATHS)
          .optional();

  public static final Setting<FieldPath> PROFILES_KEY =
      SECTION
          .setting(
              "enrichment.profiles.key",
              "Where the user id stands in the record's key, if that is a JSON object. Not set: the"
                  + " key is the id as text; with debezium the member of the key that is called as"
                  + " the id in the rows.",
              PATH)
          .optional();

  public static final Setting<ReferenceEncoding> PRODUCTS_FORMAT =
      SECTION
          .setting(
              "enrichment.products.format",
              "How the records of products look: json or debezium, as with profiles.",
              choice(ReferenceEncoding.class))
          .byDefault(ReferenceEncoding.JSON);

  public static final Setting<Map<String, List<FieldPath>>> PRODUCTS_FIELDS =
      SECTION
          .group(
              "enrichment.products.fields",
              List.of("product_id", "category", "brand"),
              "Where the id and the columns of a product stand in the records, if not under our"
                  + " names.",
              PATHS)
          .optional();

  public static final Setting<FieldPath> PRODUCTS_KEY =
      SECTION
          .setting(
              "enrichment.products.key",
              "Where the product id stands in the record's key, if that is a JSON object; as with"
                  + " profiles.",
              PATH)
          .optional();

  public EnrichmentSettings {
    profilesFields = Map.copyOf(profilesFields);
    productsFields = Map.copyOf(productsFields);
  }

  private static FieldPath path(String written) {
    try {
      return FieldPath.parse(written);
    } catch (IllegalArgumentException e) {
      throw new Kind.MistakeException(String.valueOf(e.getMessage()));
    }
  }

  private static List<FieldPath> paths(Object written) {
    List<FieldPath> paths;
    try {
      paths = FieldSource.parse(written).inRecord();
    } catch (IllegalArgumentException e) {
      throw new Kind.MistakeException(String.valueOf(e.getMessage()));
    }
    if (paths.isEmpty()) {
      throw new Kind.MistakeException("it is no place in the record");
    }
    return paths;
  }

  /** The settings when nothing is given. */
  public static EnrichmentSettings defaults() {
    return SECTION.defaults();
  }

  /** The same with another value. */
  public <T> EnrichmentSettings with(Setting<T> setting, @Nullable T value) {
    return SECTION.with(this, setting, value);
  }
}
