package io.clickstream.config;

import io.clickstream.columns.Condition;
import io.clickstream.columns.EventTypeRule;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Entry;
import io.clickstream.columns.FieldSource;
import io.clickstream.columns.YamlText;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The kinds of values that say how records look. */
public final class ReadingKinds {

  /** Where a field comes from. */
  public static final Kind<FieldSource> SOURCE =
      Kind.tree(
              "path",
              "the path of a field, or a list of paths of which the first that has a value counts",
              saying(FieldSource::parse),
              "it is neither a path nor a list of paths",
              "{a: b}",
              FieldSource::yaml)
          .suchAs(
              "customer.id",
              "[userId, traits.id]",
              "event_params[key=page].value.text",
              "data{}.id",
              "/sentAt",
              "'\"event.type\"'",
              "a.b c.d");

  /** A text that every click has. */
  static final Kind<String> CONSTANT =
      Kinds.notBlank("a text of at most 1024 characters")
          .refusing("it is too long", text -> text.length() > 1_024, "a".repeat(1_025));

  /** The values and conditions by which a click has one of our types. */
  public static final Kind<EventTypeRule> TYPE =
      Kind.tree(
              "names",
              "the text that stands for it in the records, a list of such texts, or a condition",
              saying(EventTypeRule::parse),
              "the list of names is empty",
              "[]",
              EventTypeRule::yaml)
          .suchAs("order_completed", "[page, Screen Viewed]", "{type: [page, screen]}");

  /** A condition on clicks. */
  public static final Kind<Condition> CONDITION =
      Kind.tree(
              "condition",
              "a condition: field names of ours or paths, each with a value, a list of values,"
                  + " exists, absent, or above, below and starts-with",
              saying(Condition::parse),
              "it is no condition, which is a map such as {event_type: purchase}",
              "purchase",
              Condition::toString)
          .suchAs(
              "{event_type: heartbeat}",
              "{properties.total: {above: 0, below: 9.5}, properties.coupon: exists,"
                  + " page_url: {starts-with: 'https://shop.example/'}, type: [page, 7]}");

  /** The time zone of times without an offset. */
  static final Kind<ZoneId> TIME_ZONE =
      Kind.of(
              "time zone",
              "a time zone such as UTC or Europe/Berlin, or an offset such as +01:00",
              ZoneId::of,
              "it is not a time zone",
              "Middle/Earth",
              ZoneId::getId)
          .suchAs("Europe/Berlin", "+01:00");

  /** A path, or a dot. */
  public static final Kind<FieldPath> BATCH =
      Kind.of(
              "path",
              "the path of an array of clicks, made of names, or . where the record itself is one",
              ReadingKinds::batch,
              "it is no path",
              "a[b=c]",
              FieldPath::toString)
          .suchAs("batch", ".", "payload.events");

  /** The paths of arrays in a click. */
  public static final Kind<List<FieldPath>> ARRAYS =
      Kind.tree(
              "path",
              "the path of an array in a click, or a list of such paths, without brackets",
              saying(ReadingKinds::arrays),
              "a path in it leads into an element of an array",
              "'a[b=c]'",
              paths -> YamlText.of(paths.stream().map(FieldPath::toString).toList()))
          .suchAs("items", "[properties.products, items]", "data{}.products");

  private ReadingKinds() {}

  /** A text or a list of texts, none of them empty. */
  public static Kind<List<String>> texts(String expected) {
    return Kind.tree(
            "list",
            expected,
            saying(ReadingKinds::texts),
            "it is neither a text nor a list of texts",
            "{a: b}",
            texts -> YamlText.of(texts))
        .suchAs("guest", "[guest, '0', '-']");
  }

  private static List<String> texts(Object written) {
    List<String> texts = new ArrayList<>();
    for (Object item : written instanceof List<?> list ? list : List.of(written)) {
      if (!(item instanceof String text)) {
        throw new IllegalArgumentException("it is neither a text nor a list of texts");
      }
      if (text.isBlank()) {
        throw new IllegalArgumentException("a text in it is empty");
      }
      if (!texts.contains(text.strip())) {
        texts.add(text.strip());
      }
    }
    return List.copyOf(texts);
  }

  private static FieldPath batch(String written) {
    if (written.strip().equals(".")) {
      return new FieldPath(false, List.of());
    }
    FieldPath path = FieldPath.parse(written);
    if (!path.hasOnlyNames()) {
      throw new IllegalArgumentException();
    }
    // A record's root is where the array is looked for anyway.
    return new FieldPath(false, path.steps());
  }

  private static List<FieldPath> arrays(Object written) {
    List<FieldPath> paths = new ArrayList<>();
    for (Object item : written instanceof List<?> list ? list : List.of(written)) {
      if (!(item instanceof String text)) {
        throw new IllegalArgumentException("it is neither a path nor a list of paths");
      }
      FieldPath path = FieldPath.parse(text);
      if (path.steps().stream().anyMatch(Entry.class::isInstance)) {
        throw new IllegalArgumentException("a path in it leads into an element of an array");
      }
      if (paths.contains(path)) {
        throw new IllegalArgumentException("a path is in the list twice");
      }
      paths.add(path);
    }
    return List.copyOf(paths);
  }

  /** Passes on in which way something is wrong. */
  static <V, T> Function<V, T> saying(Function<V, T> parser) {
    return written -> {
      try {
        return parser.apply(written);
      } catch (IllegalArgumentException e) {
        throw new Kind.MistakeException(String.valueOf(e.getMessage()));
      }
    };
  }
}
