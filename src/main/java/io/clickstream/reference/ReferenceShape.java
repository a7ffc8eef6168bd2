package io.clickstream.reference;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.EnrichmentSettings;
import io.clickstream.config.ReferenceEncoding;
import io.clickstream.reference.ReferenceUpdate.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How the records of one reference topic look.
 *
 * @param kind what they are
 * @param encoding how a record says what becomes of one
 * @param id our name of the id, and where it is
 * @param columns the two columns that are kept, in the order of the record that holds them
 * @param key where the id is in a record's key, if a setting says so
 * @param section the beginning of the keys of its settings, for remedies
 */
record ReferenceShape(
    Kind kind,
    ReferenceEncoding encoding,
    Field id,
    List<Field> columns,
    @Nullable FieldPath key,
    String section) {

  /**
   * An id or a column.
   *
   * @param name ours
   * @param label how messages call it: {@code tier}, or {@code tier (plan)} if it is mapped
   * @param paths where it is, the first at which there is something counts
   */
  record Field(String name, String label, List<FieldPath> paths) {

    static Field of(String name, Map<String, List<FieldPath>> mapped) {
      List<FieldPath> paths = mapped.get(name);
      return paths == null
          ? new Field(name, name, List.of(FieldPath.parse(name)))
          : new Field(
              name,
              paths.stream()
                  .map(FieldPath::toString)
                  .collect(Collectors.joining(", ", name + " (", ")")),
              paths);
    }
  }

  /** The shape of the records of profiles. */
  static ReferenceShape ofProfiles(EnrichmentSettings settings) {
    return of(
        Kind.PROFILE,
        settings.profilesFormat(),
        EnrichmentSettings.PROFILES_FIELDS.names(),
        settings.profilesFields(),
        settings.profilesKey(),
        "enrichment.profiles");
  }

  /** The shape of the records of products. */
  static ReferenceShape ofProducts(EnrichmentSettings settings) {
    return of(
        Kind.PRODUCT,
        settings.productsFormat(),
        EnrichmentSettings.PRODUCTS_FIELDS.names(),
        settings.productsFields(),
        settings.productsKey(),
        "enrichment.products");
  }

  /** The first name is that of the id. */
  private static ReferenceShape of(
      Kind kind,
      ReferenceEncoding encoding,
      List<String> names,
      Map<String, List<FieldPath>> mapped,
      @Nullable FieldPath key,
      String section) {
    return new ReferenceShape(
        kind,
        encoding,
        Field.of(names.get(0), mapped),
        names.stream().skip(1).map(name -> Field.of(name, mapped)).toList(),
        key,
        section);
  }
}
