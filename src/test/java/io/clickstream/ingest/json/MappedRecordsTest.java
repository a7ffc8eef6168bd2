package io.clickstream.ingest.json;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static io.clickstream.ingest.IngestSamples.origin;
import static io.clickstream.ingest.IngestSamples.rules;
import static io.clickstream.ingest.IngestSamples.settings;
import static io.clickstream.ingest.IngestSamples.sources;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.ClickFields;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.FieldDefinition.How;
import io.clickstream.columns.FieldDefinition.Type;
import io.clickstream.columns.FieldPath;
import io.clickstream.config.Identity;
import io.clickstream.config.IngestSettings;
import io.clickstream.ingest.DefinitionSamples;
import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.Ingested;
import io.clickstream.model.Rejection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lists of paths, paths into arrays and texts, conditions, batches, products and definitions: what
 * is read at first sight is what the parser for all of JSON reads, for any mapping and any record.
 */
class MappedRecordsTest {

  private static final long TIME = NOW - 1_000;

  /** Names of records, as paths and in JSON. */
  private static final List<String> NAMES = List.of("a", "b", "c", "type", "user_id", "product_id");

  private static final List<String> KEYS = List.of("k", "v", "value");

  private static final List<String> SCALARS =
      List.of(
          "'page'",
          "'Screen Viewed'",
          "' page '",
          "'purchase'",
          "'page_view'",
          "'https://shop.example/?utm_source=a%20b&gclid=c+d'",
          "'/?utm_medium=cpc&utm_campaign=%C3%BC#x'",
          "'g'",
          "'u1'",
          "'7'",
          "'7.0'",
          "'007'",
          "'19.90'",
          "'9,50'",
          "''",
          "' '",
          "'-'",
          "'null'",
          "'\u2003'",
          "'\u2003g'",
          "'ü'",
          "7",
          "7.0",
          "0",
          "-1",
          "12.5",
          "true",
          "false",
          "null");

  /** What came of a record, without its bytes. */
  private static List<String> words(JsonClickFormat format, String json) {
    List<String> words = new ArrayList<>();
    format.parse(
        origin(bytes(json.replace('\'', '"'))),
        NOW,
        NOW,
        ingested -> words.add(words(format, ingested)));
    return words;
  }

  private static String words(JsonClickFormat format, Ingested ingested) {
    Click click = ingested.click();
    Rejection rejection = ingested.rejection();
    String rest =
        click != null
            ? Arrays.asList(
                    click.visitor(),
                    click.timestamp(),
                    click.kind(),
                    click.texts(),
                    click.quantity(),
                    click.price(),
                    click.revenue(),
                    click.products(),
                    click.marks(),
                    ingested.problems(),
                    click.origin().index())
                .toString()
            : rejection != null
                ? rejection.reason() + rejection.detail() + rejection.origin().index()
                : "";
    return "%s %s %s".formatted(ingested.what(), ingested.isFirst(), rest);
  }

  /** The same record, but that an escape in it leaves it to the parser for all of JSON. */
  private static String notPlain(String object) {
    return object.endsWith("{}")
        ? object.substring(0, object.length() - 1) + "'zz':'\\u0041'}"
        : object.substring(0, object.length() - 1) + ",'zz':'\\u0041'}";
  }

  // ------------------------------------------------------------------------- what is random

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static String path(Random random, int depth, boolean withEntries) {
    StringBuilder path = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
    path.append(any(random, NAMES));
    for (int i = random.nextInt(depth); i > 0; i--) {
      int kind = random.nextInt(10);
      if (kind == 0) {
        path.append("{}");
      } else if (kind < 4 && withEntries && path.charAt(path.length() - 1) != ']') {
        path.append("[k=%s]".formatted(any(random, List.of("v1", "v2", "7"))));
      }
      path.append('.').append(any(random, random.nextBoolean() ? KEYS : NAMES));
    }
    return path.toString();
  }

  private static Object source(Random random) {
    if (random.nextInt(3) == 0) {
      return path(random, 3, true);
    }
    return random
        .ints(1 + random.nextInt(3))
        .mapToObj(ignored -> path(random, 3, true))
        .distinct()
        .toList();
  }

  private static Map<String, Object> condition(Random random) {
    Map<String, Object> condition = new TreeMap<>();
    for (int i = random.nextInt(2); i >= 0; i--) {
      String key =
          random.nextInt(3) == 0
              ? any(random, List.of("event_type", "user_id", "price", "page_url"))
              : path(random, 2, true);
      Object value =
          switch (random.nextInt(6)) {
            case 0 -> "exists";
            case 1 -> "absent";
            case 2 -> List.of("page", "7", "Screen Viewed");
            case 3 -> Map.of("above", "6", "below", "12.6");
            case 4 -> Map.of("starts-with", "p");
            default -> any(random, List.of("page", "purchase", "true", "false", "7.00", "-"));
          };
      condition.put(key, value);
    }
    return condition;
  }

  private static @Nullable IngestSettings mapping(Random random) {
    Map<String, Object> fields = new HashMap<>();
    for (String field :
        List.of(
            "event_type",
            "user_id",
            "anonymous_id",
            "product_id",
            "price",
            "quantity",
            "page_url",
            "revenue",
            "country",
            "event_id")) {
      if (random.nextInt(3) > 0) {
        fields.put(field, source(random));
      }
    }
    Map<String, Object> types = new HashMap<>();
    if (random.nextBoolean()) {
      types.put("page_view", random.nextBoolean() ? List.of("page", "Screen Viewed") : "page");
    }
    if (random.nextBoolean()) {
      types.put(any(random, List.of("search", "identify", "purchase")), condition(random));
    }
    if (random.nextInt(3) == 0) {
      types.put("product_view", condition(random));
    }
    IngestSettings settings =
        settings(random.nextBoolean() ? Identity.USER : Identity.DEVICE, Map.of(), Map.of())
            .with(IngestSettings.FIELDS, sources(fields))
            .with(IngestSettings.EVENT_TYPES, rules(types));
    if (random.nextInt(3) == 0) {
      settings = settings.with(IngestSettings.SKIP, Condition.parse(condition(random)));
    }
    if (random.nextInt(2) == 0) {
      settings = settings.with(IngestSettings.NOBODY, List.of("g", "0"));
    }
    if (random.nextInt(3) == 0) {
      Map<String, String> constants =
          random.nextBoolean()
              ? Map.of("app_id", "7.0", "currency", "eur")
              : Map.of("event_type", "page", "country", "Ünited");
      settings = settings.with(IngestSettings.CONSTANTS, constants);
    }
    if (random.nextInt(3) == 0) {
      settings =
          settings.with(
              IngestSettings.PRODUCTS_AT,
              Stream.generate(() -> FieldPath.parse(path(random, 2, false)))
                  .limit(1 + random.nextInt(2))
                  .toList());
      if (random.nextBoolean()) {
        settings =
            settings.with(
                IngestSettings.PRODUCT_FIELDS,
                sources(
                    Map.of(
                        "product_id",
                        List.of("k", "a.v"),
                        "price",
                        random.nextBoolean() ? "v" : List.of("v", "b"))));
      }
    }
    return settings;
  }

  /** A table with as many definitions as there may be, or with few, or with none. */
  private static Columns table(Random random) {
    if (random.nextInt(4) == 0) {
      return Columns.BUILT_IN;
    }
    DefinitionSamples samples = new DefinitionSamples();
    int count = random.nextInt(40) == 0 ? 60 : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String name = "f" + i;
      Map<String, Object> where = random.nextInt(3) > 0 ? null : fulfillable(random);
      switch (random.nextInt(8)) {
        case 0 -> samples.count(name, fulfillable(random));
        case 1 -> samples.field(name, How.SUM, Type.NUMBER, from(random), where);
        case 2 -> samples.field(name, How.FIRST, Type.BOOLEAN, from(random), where);
        case 3 -> samples.field(name, How.LAST, Type.NUMBER, from(random), where);
        default -> samples.field(name, How.SET, Type.TEXT, from(random), where);
      }
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      samples.goal(
          "g" + i,
          fulfillable(random),
          random.nextBoolean() ? from(random) : null,
          random.nextBoolean() ? from(random) : null,
          random.nextBoolean() ? from(random) : null);
    }
    if (random.nextInt(4) == 0) {
      samples.milliseconds(from(random));
    }
    return samples.table();
  }

  /** A condition that is often fulfilled. */
  private static Map<String, Object> fulfillable(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> Map.of("event_type", List.of("page", "x"));
      case 1 -> Map.of("event_type", any(random, List.of("purchase", "page_view", "page")));
      case 2 -> Map.of("timestamp", "exists", "event_type", List.of("purchase", "search"));
      case 3 -> Map.of(any(random, NAMES), any(random, List.of("exists", "absent")));
      default -> condition(random);
    };
  }

  private static Object from(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> any(random, NAMES);
      case 2 -> any(random, NAMES) + "." + any(random, NAMES);
      case 3 -> List.of("a", any(random, List.of("b", "c.a", "type", "/b")));
      case 4 ->
          any(
              random,
              List.of(
                  "price",
                  "quantity",
                  "revenue",
                  "user_id",
                  "page_url",
                  "page_title",
                  "utm_source",
                  "product_id",
                  "event_type",
                  "currency",
                  "country",
                  "app_id"));
      default -> source(random);
    };
  }

  private static String value(Random random, int depth) {
    int kind = random.nextInt(depth > 0 ? 12 : 7);
    if (kind < 7) {
      return any(random, SCALARS);
    }
    if (kind < 9) {
      return object(random, depth - 1, "");
    }
    if (kind == 9) {
      return any(random, List.of("{}", "[]", "[ ]", "'{}'", "[[]]"));
    }
    StringBuilder array = new StringBuilder("[");
    for (int i = random.nextInt(4); i > 0; i--) {
      array.append(array.length() == 1 ? "" : ",");
      array.append(
          random.nextInt(4) == 0
              ? value(random, depth - 1)
              : object(
                  random,
                  depth - 1,
                  "'k':" + any(random, List.of("'v1'", "'v2'", "7", "null", "'u1'"))));
    }
    return array + "]";
  }

  private static String object(Random random, int depth, String first) {
    StringBuilder object = new StringBuilder("{").append(first);
    for (int i = random.nextInt(5); i > 0; i--) {
      object
          .append(object.length() == 1 ? "'" : ",'")
          .append(any(random, random.nextInt(3) == 0 ? KEYS : NAMES))
          .append("':")
          .append(value(random, depth));
    }
    return object + "}";
  }

  private static String click(Random random) {
    List<String> firsts =
        List.of(
            "'timestamp':%d,'event_type':'page','anonymous_id':'d'".formatted(TIME),
            "'timestamp':%d,'type':'page','anonymous_id':'d'".formatted(TIME),
            "'timestamp':%d,'anonymous_id':'d','a':{'v':'page'},'b':'u1','event_type':'x'"
                .formatted(TIME),
            "'event_type':'purchase','timestamp':%d,'user_id':'u2'".formatted(TIME));
    String first = any(random, firsts);
    return random.nextInt(3) == 0 ? object(random, 3, first) : flat(random, first);
  }

  /** An object with much in it, and nothing deep. */
  private static String flat(Random random, String first) {
    StringBuilder object = new StringBuilder("{").append(first);
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        object.append(object.length() == 1 ? "'" : ",'").append(name).append("':");
        object.append(
            first.isEmpty() || random.nextInt(4) > 0 ? any(random, SCALARS) : flat(random, ""));
      }
    }
    return object + "}";
  }

  // ----------------------------------------------------------------------------- properties

  @Test
  @Timeout(600)
  void shouldReadTheSameByAnyMapping() {
    Random random = new Random(1);
    int plain = 0;
    int clicks = 0;
    int mappings = 0;
    int marked = 0;
    int values = 0;
    for (int i = 0; i < 2_000; i++) {
      Columns table = table(random);
      JsonClickFormat format = format(mapping(random), table);
      if (format == null) {
        continue;
      }
      mappings++;
      for (int j = 0; j < 40; j++) {
        String json = click(random);
        byte[] value = bytes(json.replace('\'', '"'));
        Ingested expected = format.parseAny(origin(value), NOW, NOW);
        Ingested found = format.parsePlain(origin(value), NOW, NOW);
        if (found != null) {
          plain++;
          if (!words(format, found).equals(words(format, expected))) {
            assertThat(words(format, found)).as(json).isEqualTo(words(format, expected));
          }
        }
        Click click = expected.click();
        clicks += click == null ? 0 : 1;
        marked += click == null || click.marks().isEmpty() ? 0 : 1;
        values += found == null || click == null ? 0 : valuesOf(click);
      }
    }
    // Enough of each for the comparison to mean something.
    assertThat(mappings).isGreaterThan(500);
    assertThat(plain).isGreaterThan(5_000);
    assertThat(clicks).isGreaterThan(5_000);
    assertThat(marked).isGreaterThan(1_000);
    assertThat(values).isGreaterThan(150);
  }

  private static int valuesOf(Click click) {
    return (int)
        IntStream.range(ClickText.values().length, click.texts().count())
            .filter(click.texts()::has)
            .count();
  }

  private static @Nullable JsonClickFormat format(
      @Nullable IngestSettings settings, Columns table) {
    try {
      return settings == null ? null : new JsonClickFormat(settings, table);
    } catch (IllegalArgumentException e) {
      // Two fields in each other, say, or a definition of a field that is mapped nowhere.
      return null;
    }
  }

  @Test
  @Timeout(600)
  void shouldReadElementsOfBatchesAsRecordsOfTheirOwn() {
    Random random = new Random(2);
    int elements = 0;
    for (int i = 0; i < 1_000; i++) {
      IngestSettings settings = mapping(random);
      Columns table = table(random);
      JsonClickFormat alone = format(settings, table);
      boolean isTop = random.nextInt(4) == 0;
      JsonClickFormat batch =
          settings == null
              ? null
              : format(
                  settings.with(
                      IngestSettings.CLICKS_AT,
                      isTop ? new FieldPath(false, List.of()) : FieldPath.ofNames("o", "batch")),
                  table);
      if (alone == null || batch == null) {
        continue;
      }
      for (int j = 0; j < 5; j++) {
        List<String> clicks = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int k = random.nextInt(5); k > 0; k--) {
          String json = random.nextInt(10) == 0 ? value(random, 1) : click(random);
          clicks.add(json);
        }
        // What stands at the root is in every element's record as well, and the same everywhere.
        boolean hasRoot =
            Stream.of(settings, ClickFields.of(table).defined(), table.conditions())
                .anyMatch(paths -> String.valueOf(paths).contains("/"));
        for (int k = 0; k < clicks.size() && !hasRoot; k++) {
          int index = k;
          words(alone, clicks.get(k))
              .forEach(
                  word -> {
                    String first = word.replaceFirst(" true ", index == 0 ? " true " : " false ");
                    // Framing is of records, and no remedy for an element.
                    expected.add(
                        first
                            .replaceFirst("-1(\\]?)$", index + "$1")
                            .replace(
                                "is JSON in a text: set ingest.framing: text",
                                "expected an object, found text")
                            .replace(
                                "is an array of objects: set ingest.clicks-at: . if each is a click",
                                "expected an object, found an array"));
                  });
        }
        String array = "[" + String.join(any(random, List.of(",", " , ")), clicks) + "]";
        String record =
            isTop
                ? array
                : "{'x':[1],'b':'u1','o':{'y':'z','batch':%s},'a':1,'w':{'b':2}}".formatted(array);
        List<String> found = words(batch, record);
        if (!isTop) {
          assertThat(found).as(record).isEqualTo(words(batch, notPlain(record)));
        }
        // The record before was a batch, so this one is read at one go.
        assertThat(words(batch, record)).as(record).isEqualTo(found);
        if (!hasRoot && !clicks.isEmpty()) {
          assertThat(found).as(record).isEqualTo(expected);
        }
        if (clicks.isEmpty()) {
          assertThat(found).containsExactly("NOTHING true ");
        }
        elements += clicks.size();
      }
      // A record without the array is one click.
      String json = click(random);
      assertThat(words(batch, json)).as(json).isEqualTo(words(alone, json));
    }
    assertThat(elements).isGreaterThan(2_000);
  }

  @Test
  void shouldReadEntriesAndProductsAtFirstSight() {
    // Given
    JsonClickFormat format =
        new JsonClickFormat(
            settings()
                .with(
                    IngestSettings.FIELDS,
                    sources(
                        Map.of(
                            "page_url", "event_params[key=page_location].value.string_value",
                            "order_id", "event_params[key=transaction_id].value.string_value",
                            "event_type", List.of("event_name", "type"),
                            "country", "\"geo.cc\"")))
                .with(IngestSettings.PRODUCTS_AT, List.of(FieldPath.ofNames("items")))
                .with(IngestSettings.PRODUCT_FIELDS, sources(Map.of("product_id", "item_id"))));
    String json =
        """
        {'event_name':'purchase','timestamp':%d,'anonymous_id':'d','geo.cc':'DE','event_params':[\
        {'key':'page_location','value':{'string_value':'https://shop.example/'}},\
        {'value':{'string_value':'o1'},'key':'transaction_id'},{'key':'x','value':{'int_value':1}}],\
        'items':[{'item_id':'p1','price':9.95,'quantity':2},{'item_id':'p2','price':20}]}\
        """
            .formatted(TIME);
    // When
    Ingested plain =
        format.parsePlain(
            origin(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), NOW, NOW);
    // Then
    assertThat(plain).isNotNull();
    assertThat(plain.click()).isNotNull();
    assertThat(plain.click().pageUrl()).isEqualTo("https://shop.example/");
    assertThat(plain.click().orderId()).isEqualTo("o1");
    assertThat(plain.click().country()).isEqualTo("DE");
    assertThat(plain.click().products())
        .extracting(product -> product.id() + " " + product.quantity() + " " + product.price())
        .containsExactly("p1 2 9.95", "p2 1 20");
  }
}
