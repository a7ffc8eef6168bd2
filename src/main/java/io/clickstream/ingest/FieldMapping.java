package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.ClickFields;
import io.clickstream.columns.DefinedValue;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Step;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.MissingWords;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where each of our fields is in a record, as a tree that is walked along with the record: one
 * look-up a name, and names that lead nowhere are skipped with all that is below them.
 *
 * <p>Its leaves are slots, one for each place where something is looked for. The first place of a
 * field has the field's own index as its slot; all others have slots behind those. So a field with
 * one place is read from where it was put, and only for others {@link #alternatives} have to be
 * looked at. A field is at the places it is mapped to, and only there: its default name then means
 * nothing.
 */
public final class FieldMapping implements Serializable {

  private static final long serialVersionUID = 1L;

  private final ClickFields fields;
  private final MappingNode root;
  private final int slots;
  private final @Nullable FieldSource[] sources;
  private final List<Alternatives> alternatives;
  private final String[] labels;
  private final Map<FieldPath, Integer> places;
  private final MappingNode.@Nullable Products products;

  /**
   * The needs of conditions and definitions, beside the fields.
   *
   * @param places whose values they need
   * @param fields whose values they need, even those that are not read
   */
  record Needs(List<FieldPath> places, Set<ClickField> fields) {

    Needs {
      places = List.copyOf(places);
      fields = Set.copyOf(fields);
    }
  }

  /**
   * Places of one field, of which the first that has a value counts.
   *
   * @param slots the first is that of the field
   */
  public record Alternatives(ClickField field, int[] slots) implements Serializable {}

  private FieldMapping(
      ClickFields fields,
      MappingNode root,
      int slots,
      @Nullable FieldSource[] sources,
      List<Alternatives> alternatives,
      String[] labels,
      Map<FieldPath, Integer> places,
      MappingNode.@Nullable Products products) {
    this.products = products;
    this.fields = fields;
    this.root = root;
    this.slots = slots;
    this.sources = sources;
    this.alternatives = List.copyOf(alternatives);
    this.labels = labels;
    this.places = places;
  }

  /**
   * Resolves the settings of records that are one click each.
   *
   * @param settings of which {@code ingest.fields}, {@code ingest.constants}, {@code
   *     ingest.products-at} and {@code ingest.clicks-at} are used
   * @param fields all fields that a record can have
   * @param needs what else is looked for
   * @throws IllegalArgumentException naming every problem: a name that is not ours, a path that
   *     leads through the value of another field, Kafka's time for a field that has none
   */
  static FieldMapping ofRecords(IngestSettings settings, ClickFields fields, Needs needs) {
    return new Builder(settings, fields, needs, new FieldPath(false, List.of())).build(true);
  }

  /**
   * Resolves the settings of records that have one click, the only element of the array at {@code
   * ingest.clicks-at}. Slots are the same.
   *
   * @throws IllegalArgumentException if there is no such setting, or as {@link #ofRecords}
   */
  static FieldMapping ofElements(IngestSettings settings, ClickFields fields, Needs needs) {
    FieldPath array = settings.clicksAt();
    if (array == null) {
      throw new IllegalArgumentException("ingest.clicks-at: expected a path, found none");
    }
    FieldPath element = array.then(List.of(new FieldPath.First()));
    return new Builder(settings, fields, needs, element).build(false);
  }

  /** Where every record starts. */
  public MappingNode root() {
    return root;
  }

  /** How many slots there are; those of a reader's own use among them. */
  public int slots() {
    return slots;
  }

  /** The fields that have several places. */
  public List<Alternatives> alternatives() {
    return alternatives;
  }

  /** Where a field comes from, or null if nothing is looked for. */
  public @Nullable FieldSource source(ClickField field) {
    return sources[field.index()];
  }

  /** The text that a field always has, or null. */
  public @Nullable String constant(ClickField field) {
    return source(field) instanceof FieldSource.Constant constant ? constant.text() : null;
  }

  /** The fields that always have the same text. */
  public List<ClickField> constants() {
    return fields.all().stream().filter(field -> constant(field) != null).toList();
  }

  /** The products of a click, or null if none are looked for. */
  public MappingNode.@Nullable Products products() {
    return products;
  }

  /** The slot of a place that a condition or a definition needs. */
  int slotOf(FieldPath path) {
    Integer slot = places.get(path);
    if (slot == null) {
      throw new IllegalArgumentException("expected a place that is needed, found " + path);
    }
    return slot;
  }

  /**
   * How messages call a field: {@code user_id}, or {@code user_id (session)} if it is mapped or
   * defined.
   */
  public String label(ClickField field) {
    return labels[field.index()];
  }

  /** Puts all places into one tree. */
  private static final class Builder {

    private final IngestSettings settings;
    private final ClickFields fields;
    private final Needs needs;
    private final FieldPath click;
    private final MappingNode root = new MappingNode();
    private final MappingNode.Slots slots;
    private final @Nullable FieldSource[] sources;
    private final String[] labels;
    private final MissingWords missing;
    private final List<String> problems = new ArrayList<>();

    Builder(IngestSettings settings, ClickFields fields, Needs needs, FieldPath click) {
      this.settings = settings;
      this.fields = fields;
      this.needs = needs;
      this.click = click;
      this.missing = MissingWords.of(settings.missing());
      this.slots = new MappingNode.Slots(fields.count());
      this.sources = new FieldSource[fields.count()];
      this.labels = fields.all().stream().map(Builder::label).toArray(String[]::new);
    }

    private static String label(ClickField field) {
      DefinedValue definition = field.definition();
      return definition == null
          ? field.name()
          : "%s (%s)".formatted(field.name(), definition.from());
    }

    FieldMapping build(boolean areRecords) {
      findSources();
      findClashes();
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
      List<Alternatives> alternatives = new ArrayList<>();
      Map<FieldPath, Integer> places = new HashMap<>();
      for (ClickField field : fields.all()) {
        FieldSource source = sources[field.index()];
        List<FieldPath> paths = source == null ? List.of() : source.inRecord();
        int[] slotsOfField = new int[paths.size()];
        for (int i = 0; i < slotsOfField.length; i++) {
          slotsOfField[i] = i == 0 ? field.index() : slots.next();
          put(paths.get(i), slotsOfField[i]);
          if (i > 0 || slotsOfField.length == 1) {
            // What is at the path, and never what is chosen of several: others can read it, too.
            places.putIfAbsent(paths.get(i), slotsOfField[i]);
          }
        }
        if (slotsOfField.length > 1) {
          alternatives.add(new Alternatives(field, slotsOfField));
        }
      }
      int slotsOfFields = slots.count();
      for (FieldPath path : needs.places()) {
        if (!places.containsKey(path)) {
          int slot = slots.next();
          places.put(path, slot);
          put(path, slot);
        }
      }
      MappingNode.Products products = null;
      for (FieldPath productsAt : settings.productsAt()) {
        MappingNode array = root.at(productsAt.below(click).steps(), slots);
        products =
            products == null
                ? array.makeProducts(productPlaces(), slots)
                : array.shareProducts(products);
      }
      FieldPath clicksAt = settings.clicksAt();
      if (clicksAt != null) {
        MappingNode array = root.at(clicksAt.steps(), slots);
        if (areRecords) {
          array.makeClicks();
        } else {
          array.makeOneClick();
        }
      }
      root.complete(slotsOfFields);
      return new FieldMapping(
          fields, root, slots.count(), sources, alternatives, labels, Map.copyOf(places), products);
    }

    private void put(FieldPath path, int slot) {
      root.put(path.below(click).steps(), slot, slots);
    }

    private Map<ClickField, List<List<Step>>> productPlaces() {
      Map<ClickField, List<List<Step>>> places = new LinkedHashMap<>();
      for (ClickField field :
          List.of(ClickField.PRODUCT_ID, ClickField.QUANTITY, ClickField.PRICE)) {
        FieldSource source = settings.productFields().get(field.name());
        List<FieldPath> paths =
            source == null ? List.of(FieldPath.ofNames(field.name())) : source.inRecord();
        if (paths.isEmpty()) {
          throw new IllegalArgumentException(
              "ingest.product-fields.%s: expected a path".formatted(field.name()));
        }
        places.put(field, paths.stream().map(FieldPath::steps).toList());
      }
      return places;
    }

    private boolean isLookedFor(ClickField field) {
      return field.isRead() || needs.fields().contains(field);
    }

    private void findSources() {
      for (ClickField field : fields.all()) {
        if (isLookedFor(field) && field.isUnderOurName()) {
          sources[field.index()] = FieldSource.of(FieldPath.ofNames(field.name()));
        }
      }
      new TreeMap<>(settings.fields())
          .forEach(
              (name, source) -> {
                ClickField field = field("ingest.fields", name);
                if (field == null) {
                  return;
                }
                if (source.canBeKafka() && !field.equals(ClickField.TIMESTAMP)) {
                  problems.add(
                      "ingest.fields.%s: expected a path; only timestamp can be Kafka's time"
                          .formatted(name));
                }
                if (isLookedFor(field)) {
                  sources[field.index()] = source;
                }
                labels[field.index()] = "%s (%s)".formatted(name, source);
              });
      new TreeMap<>(settings.constants())
          .forEach(
              (name, text) -> {
                ClickField field = field("ingest.constants", name);
                if (field != null && !IngestSettings.CONSTANTS.names().contains(name)) {
                  problems.add(
                      "ingest.constants.%s: expected a field that can be the same in every click, one of %s"
                          .formatted(name, IngestSettings.CONSTANTS.names()));
                } else if (missing.meanNothing(text.strip())) {
                  problems.add(
                      "ingest.constants.%s: expected a text that does not mean nothing"
                          .formatted(name));
                } else if (field != null) {
                  FieldSource constant = new FieldSource.Constant(text.strip());
                  sources[field.index()] = constant;
                  labels[field.index()] = "%s (%s)".formatted(name, constant);
                }
              });
    }

    private @Nullable ClickField field(String group, String name) {
      ClickField field = fields.named(name);
      if (field == null) {
        problems.add(
            "%s.%s: not a field of a click; expected one of %s"
                .formatted(group, name, new TreeSet<>(fields.names())));
      }
      return field;
    }

    /** Where a field has several paths, they may be of records of several shapes. */
    private void findClashes() {
      for (ClickField through : fields.all()) {
        for (ClickField field : fields.all()) {
          FieldPath outer = onlyPath(through);
          FieldPath path = onlyPath(field);
          if (outer != null && path != null && path.leadsThrough(outer)) {
            problems.add(
                "ingest.fields: %s leads through the value of %s; map one of them elsewhere"
                    .formatted(labels[field.index()], labels[through.index()]));
          }
        }
      }
    }

    private @Nullable FieldPath onlyPath(ClickField field) {
      FieldSource source = sources[field.index()];
      List<FieldPath> paths = source == null ? List.of() : source.inRecord();
      return paths.size() == 1 ? paths.get(0) : null;
    }
  }
}
