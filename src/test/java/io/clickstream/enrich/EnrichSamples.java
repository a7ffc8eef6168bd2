package io.clickstream.enrich;

import io.clickstream.model.EndReason;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sessions for tests, by what matters in them. */
public final class EnrichSamples {

  /** When all samples start: 2024-01-01T00:00Z. */
  public static final long START = 1_704_067_200_000L;

  private EnrichSamples() {}

  /** Device {@code id} of no application. */
  public static Visitor device(String id) {
    return new Visitor(null, VisitorKind.DEVICE, id);
  }

  /** A session id that a test can tell from others. */
  public static UUID id(int number) {
    return new UUID(START << 16, number);
  }

  /** A session of a visitor with a user and products, each viewed once. */
  public static Session session(
      int number, String visitor, @Nullable String userId, String... products) {
    return new Session(
        id(number),
        1,
        null,
        device(visitor),
        START,
        facts(
            userId,
            Arrays.stream(products).map(p -> new ProductActivity(p, 1, 0, 0)).toList(),
            List.of()));
  }

  /** The retraction of session {@code number} in favour of session {@code by}. */
  public static Session retraction(int number, String visitor, int by) {
    return new Session(id(number), 2, id(by), device(visitor), START, null);
  }

  /** Facts of one page view, but for what is given. */
  public static SessionFacts facts(
      @Nullable String userId, List<ProductActivity> products, List<Money> revenue) {
    return new SessionFacts(
        START,
        EndReason.TIMEOUT,
        userId,
        null,
        1,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        revenue,
        0,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        products,
        false,
        false);
  }

  /** Facts with a value in every field, all different. */
  public static SessionFacts fullFacts() {
    return new SessionFacts(
        START + 61_000,
        EndReason.MAX_EVENTS,
        "u-1",
        "d-1",
        41,
        21,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        List.of(
            new Money("EUR", new BigDecimal("1234.50")), new Money("USD", new BigDecimal("0.07"))),
        10,
        11,
        "/entry",
        "/exit",
        "https://example.org/?q=ü",
        "newsletter",
        "mail",
        "spring",
        "mobile",
        "DE",
        "Mozilla/5.0 \"quoted\"",
        List.of(new ProductActivity("p-1", 1, 2, 3), new ProductActivity("p-2", 400, 5, 6)),
        true,
        false);
  }

  /** A session of an application's user with {@link #fullFacts()}. */
  public static Session fullSession() {
    return new Session(
        UUID.fromString("018cc251-f400-7abc-8def-0123456789ab"),
        3,
        null,
        new Visitor("shop", VisitorKind.USER, "u-1"),
        START,
        fullFacts());
  }
}
