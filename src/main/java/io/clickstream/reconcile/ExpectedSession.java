package io.clickstream.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Column;
import io.clickstream.columns.Column.Basis;
import io.clickstream.columns.Columns;
import io.clickstream.columns.Definitions;
import io.clickstream.model.Click;
import io.clickstream.model.EndReason;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.output.SessionFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The record that a session must have, by {@link BatchSessions}; compared are all columns of the
 * table but those that reference data adds.
 *
 * <p>Some things no input tells: what the order of arrival decides, the moment of emission, and
 * which orders, and which clicks of a goal, count where there are more than can be. These are taken
 * from the record itself, so that the columns which are made of them must still agree with them.
 */
final class ExpectedSession {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<Own> BY_ARRIVAL = Set.of(Own.DUPLICATES, Own.LATE_EVENTS);

  private static final Set<Own> BY_ORDERS =
      Set.of(Own.PURCHASES, Own.REVENUE, Own.PRODUCTS, Own.PRODUCTS_TRUNCATED);

  private static final String CONVERTED = "converted";
  private static final String ENGAGED = "is_engaged";
  private static final String BOUNCE = "is_bounce";
  private static final String PURCHASES = "purchases";

  /** Columns without an object that definitions decide. */
  private static final Set<String> BY_DEFINITIONS =
      Set.of(CONVERTED, ENGAGED, BOUNCE, "engaged_ms");

  private static final Enrichment NOTHING =
      new Enrichment(null, null, List.of(), null, null, EnrichmentStatus.FULL);

  private final Columns columns;
  private final Definitions definitions;
  private final List<Click> clicks;
  private final SessionValues values;
  private final long end;
  private final EndReason endReason;
  private final boolean ordersTruncated;

  /**
   * A session of these clicks.
   *
   * @param columns the table of the definitions
   * @param ownHosts referrers from these hosts and from below them are none
   * @param clicks in the order of their times
   */
  ExpectedSession(
      Columns columns, Definitions definitions, List<String> ownHosts, List<Click> clicks) {
    this(
        columns,
        definitions,
        ownHosts,
        clicks,
        clicks.get(clicks.size() - 1).timestamp(),
        EndReason.TIMEOUT);
  }

  /**
   * The same, where passive clicks may follow the end.
   *
   * @param end time of the last click that is not passive, epoch ms
   * @param endReason why it ended
   */
  ExpectedSession(
      Columns columns,
      Definitions definitions,
      List<String> ownHosts,
      List<Click> clicks,
      long end,
      EndReason endReason) {
    this.columns = columns;
    this.definitions = definitions;
    this.clicks = clicks;
    this.end = end;
    this.endReason = endReason;
    this.values = BatchSessions.values(columns, ownHosts, clicks);
    this.ordersTruncated =
        columns.numbers().stream()
            .anyMatch(
                column ->
                    column.aggregate() == Own.ORDERS_TRUNCATED
                        && values.number(column.name()) != 0);
  }

  long start() {
    return clicks.get(0).timestamp();
  }

  long end() {
    return end;
  }

  long events() {
    return clicks.size();
  }

  /** The differences of a record, as {@code field=found expected=…}; empty if there is none. */
  List<String> differences(JsonNode found) {
    return differences(found, true);
  }

  /** The same without the columns that definitions decide. */
  List<String> differencesApartFromDefinitions(JsonNode found) {
    return differences(found, false);
  }

  private List<String> differences(JsonNode found, boolean withDefinitions) {
    JsonNode expected = expected(found);
    List<String> differences = new ArrayList<>();
    for (Column column : columns.all()) {
      JsonNode actual = at(found, column);
      JsonNode wanted = at(expected, column);
      if (column.basis() != Basis.REFERENCE_DATA
          && (withDefinitions || !isByDefinitions(column))
          && !Objects.equals(comparable(column, actual), comparable(column, wanted))) {
        differences.add(
            "%s=%s expected=%s"
                .formatted(
                    column.name(),
                    actual.isMissingNode() && isByDefinitions(column) ? "missing" : shown(actual),
                    shown(wanted)));
      }
    }
    return differences;
  }

  private static boolean isByDefinitions(Column column) {
    return column.object() != null || BY_DEFINITIONS.contains(column.name());
  }

  /** The value of a column, which may be in an object. */
  private static JsonNode at(JsonNode record, Column column) {
    String object = column.object();
    return (object == null ? record : record.path(object)).path(column.key());
  }

  /** The record that it should be. */
  private JsonNode expected(JsonNode found) {
    SessionValues told = withWhatNoInputTells(found);
    Session session = new Session(id(found), 1, null, clicks.get(0).visitor(), start(), told);
    OutputRecord record =
        new SessionFormat(columns)
            .format(
                new EnrichedSession(
                    session,
                    NOTHING,
                    found.path("revision").asLong(),
                    found.path("emitted_at").asLong(),
                    OutputRecord.NOT_DUE));
    try {
      ObjectNode expected = (ObjectNode) JSON.readTree(record.value());
      judge(expected, told);
      return expected;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judges the session anew, where the table has that. */
  private void judge(ObjectNode expected, SessionValues told) {
    boolean hasPurchase = expected.path(PURCHASES).asLong() > 0;
    BatchMeasures measures = new BatchMeasures(definitions, clicks, told, hasPurchase);
    Boolean isBounce = measures.isBounce();
    if (expected.has(CONVERTED)) {
      expected.put(CONVERTED, measures.isConverted());
    }
    if (expected.has(ENGAGED)) {
      expected.put(ENGAGED, measures.isEngaged());
    }
    if (expected.has(BOUNCE)) {
      expected.set(BOUNCE, isBounce == null ? null : BooleanNode.valueOf(isBounce));
    }
  }

  private static UUID id(JsonNode found) {
    try {
      return UUID.fromString(found.path("session_id").asText());
    } catch (IllegalArgumentException e) {
      // Any value differs then.
      return new UUID(0, 0);
    }
  }

  private SessionValues withWhatNoInputTells(JsonNode found) {
    long[] numbers =
        columns.numbers().stream()
            .mapToLong(
                column -> {
                  JsonNode actual = at(found, column);
                  return isTold(column.aggregate())
                      ? values.number(column.name())
                      : actual.isBoolean() ? (actual.booleanValue() ? 1 : 0) : actual.asLong();
                })
            .toArray();
    @Nullable String[] texts =
        columns.texts().stream().map(column -> values.text(column.name())).toArray(String[]::new);
    return new SessionValues(
        columns.layout(),
        end,
        endReason,
        numbers,
        texts,
        columns.decimals().stream()
            .map(column -> values.decimal(columns.layout().decimalSlot(column.name())))
            .toArray(BigDecimal[]::new),
        columns.sets().stream()
            .map(column -> values.set(columns.layout().setSlot(column.name())))
            .toList(),
        columns.goals().stream().map(column -> goal(column, at(found, column))).toList(),
        ordersTruncated ? revenue(found) : values.revenue(),
        ordersTruncated ? products(found) : values.products());
  }

  private Goal goal(Column column, JsonNode found) {
    Goal told = values.goal(columns.layout().goalSlot(column.name()));
    return BatchFields.isDecidedByHashes(column, clicks)
        ? new Goal(
            told.count(),
            found.path("value").isTextual() ? amount(found.path("value")) : null,
            found.path("currency").textValue(),
            found.path("first_at").asLong())
        : told;
  }

  private boolean isTold(@Nullable Aggregate aggregate) {
    return !(aggregate instanceof Own own)
        || (!BY_ARRIVAL.contains(own) && !(ordersTruncated && BY_ORDERS.contains(own)));
  }

  private static List<Money> revenue(JsonNode found) {
    List<Money> revenue = new ArrayList<>();
    if (found.path("revenue").isTextual()) {
      revenue.add(new Money(found.path("currency").asText(""), amount(found.path("revenue"))));
    }
    found
        .path("revenue_other")
        .properties()
        .forEach(other -> revenue.add(new Money(other.getKey(), amount(other.getValue()))));
    return revenue;
  }

  private static List<ProductActivity> products(JsonNode found) {
    List<ProductActivity> products = new ArrayList<>();
    for (JsonNode product : found.path("products")) {
      products.add(
          new ProductActivity(
              product.path("id").asText(),
              product.path("views").asInt(),
              product.path("cart_adds").asInt(),
              product.path("purchases").asInt()));
    }
    return products;
  }

  private static BigDecimal amount(JsonNode text) {
    try {
      return new BigDecimal(text.asText());
    } catch (NumberFormatException e) {
      return BigDecimal.ZERO;
    }
  }

  /** A field that is not there is one without a value; amounts are equal whatever their zeros. */
  private static Object comparable(Column column, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "null";
    }
    return switch (column.type()) {
      case DECIMAL -> amount(value).stripTrailingZeros();
      case DECIMALS -> {
        Map<String, BigDecimal> amounts = new TreeMap<>();
        value
            .properties()
            .forEach(
                entry ->
                    amounts.put(entry.getKey(), amount(entry.getValue()).stripTrailingZeros()));
        yield amounts;
      }
      default -> value;
    };
  }

  private static String shown(JsonNode value) {
    return value.isTextual()
        ? value.textValue()
        : value.isMissingNode() ? "null" : value.toString();
  }
}
