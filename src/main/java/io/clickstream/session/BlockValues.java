package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Aggregate.Pings;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads all that is published of a session from its block. */
final class BlockValues {

  /**
   * The parts of a block that several columns are made of, decoded once for all of them.
   *
   * @param withOrders the products, those of orders included; null without orders
   * @param definedFirst the first texts that settings define; empty if they define none
   * @param definedLast the last ones
   * @param distincts the numbers of different things
   */
  private record Decoded(
      FirstValues first,
      SeldomParts seldom,
      @Nullable ProductTallies withOrders,
      @Nullable String[] definedFirst,
      @Nullable String[] definedLast,
      long[] distincts) {}

  private static final @Nullable String[] NO_TEXTS = {};
  private static final @Nullable BigDecimal[] NO_DECIMALS = {};
  private static final long[] NO_NUMBERS = {};

  /** Reads the number of a column. */
  private interface NumberOf {

    long of(Block block, Decoded decoded);
  }

  /** Reads the text of a column. */
  private interface TextOf {

    @Nullable String of(Block block, Decoded decoded);
  }

  private final BlockLayout layout;
  private final DefinedSections defined;
  private final Sites ours;
  private final SessionLayout published;
  private final List<NumberOf> numbers;
  private final List<TextOf> texts;

  /**
   * The values of a table.
   *
   * @param layout that of the table
   * @param ours referrers from these are none
   */
  BlockValues(Columns columns, BlockLayout layout, Sites ours) {
    this.layout = layout;
    this.defined = layout.defined();
    this.ours = ours;
    this.published = columns.layout();
    this.numbers = columns.numbers().stream().map(this::numberOf).toList();
    this.texts = columns.texts().stream().map(this::textOf).toList();
  }

  SessionValues of(Block block) {
    SeldomSection seldom = layout.seldom();
    ProductsSection products = layout.products();
    SeldomParts parts = seldom.isPresent(block) ? seldom.parts(block) : SeldomParts.NOTHING;
    ProductTallies withOrders = parts.hasOrders() ? parts.products(products.tallies(block)) : null;
    Decoded decoded =
        new Decoded(
            layout.first().values(block),
            parts,
            withOrders,
            texts(defined.first(), block),
            texts(defined.last(), block),
            defined.distincts() == null ? NO_NUMBERS : defined.distincts().values(block));
    long[] numberValues = new long[numbers.size()];
    for (int i = 0; i < numberValues.length; i++) {
      numberValues[i] = numbers.get(i).of(block, decoded);
    }
    @Nullable String[] textValues = new String[texts.size()];
    for (int i = 0; i < textValues.length; i++) {
      textValues[i] = texts.get(i).of(block, decoded);
    }
    return new SessionValues(
        published,
        block.end(),
        block.endReason(),
        numberValues,
        textValues,
        defined.decimals() == null ? NO_DECIMALS : defined.decimals().values(block),
        defined.sets() == null ? List.of() : defined.sets().values(block),
        defined.goals() == null ? List.of() : defined.goals().values(block),
        parts.sums(),
        withOrders == null ? products.activities(block) : withOrders.activities());
  }

  private static @Nullable String[] texts(@Nullable StampedSection section, Block block) {
    return section == null ? NO_TEXTS : section.values(block);
  }

  private NumberOf numberOf(Column column) {
    Aggregate aggregate = column.aggregate();
    DistinctsSection distincts = defined.distincts();
    if (distincts != null && DefinedSections.has(StoredColumn.of(column))) {
      return distinct(distincts, StoredColumn.of(column));
    }
    if (aggregate instanceof Count || aggregate instanceof Marked) {
      int counter = layout.indexOfCounter(StoredColumn.of(column).key());
      return (block, decoded) -> block.counter(counter);
    }
    if (aggregate instanceof Distinct) {
      DistinctSection distinct = (DistinctSection) layout.section(StoredColumn.of(column).key());
      return (block, decoded) -> distinct.count(block);
    }
    if (aggregate instanceof Own own) {
      switch (own) {
        case EVENTS -> {
          return (block, decoded) -> block.events();
        }
        case DUPLICATES -> {
          return (block, decoded) -> block.duplicates();
        }
        case LATE_EVENTS -> {
          return (block, decoded) -> block.lateEvents();
        }
        case PURCHASES -> {
          return (block, decoded) -> layout.purchases(block) + decoded.seldom.orders();
        }
        case ORDERS_TRUNCATED -> {
          return (block, decoded) -> decoded.seldom.areOrdersTruncated() ? 1 : 0;
        }
        case PRODUCTS_TRUNCATED -> {
          return (block, decoded) -> areProductsTruncated(block, decoded) ? 1 : 0;
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException(column.name() + ": no number of a session is made so");
  }

  private static NumberOf distinct(DistinctsSection section, StoredColumn column) {
    if (column.aggregate() instanceof Pings pings) {
      int pairs = section.indexOf(DistinctsSection.pairs(column));
      int pages = section.indexOf(DistinctsSection.pages(column));
      return (block, decoded) ->
          pings.heartbeatMs() * (decoded.distincts[pairs] - decoded.distincts[pages])
              + pings.minVisitMs() * decoded.distincts[pages];
    }
    int at = section.indexOf(column.key());
    return (block, decoded) -> decoded.distincts[at];
  }

  private boolean areProductsTruncated(Block block, Decoded decoded) {
    return layout.products().isTruncated(block)
        || (decoded.withOrders != null && decoded.withOrders.isTruncated());
  }

  private TextOf textOf(Column column) {
    Aggregate aggregate = column.aggregate();
    StampedSection stamped = aggregate instanceof First ? defined.first() : defined.last();
    if (stamped != null && DefinedSections.has(StoredColumn.of(column))) {
      int at = stamped.indexOf(StoredColumn.of(column).key());
      return aggregate instanceof First
          ? (block, decoded) -> decoded.definedFirst[at]
          : (block, decoded) -> decoded.definedLast[at];
    }
    if (aggregate instanceof First) {
      int at = layout.first().indexOf(StoredColumn.of(column).key());
      return (block, decoded) -> decoded.first.text(at);
    }
    if (aggregate instanceof Last) {
      LastSection last = (LastSection) layout.section(StoredColumn.of(column).key());
      return (block, decoded) -> last.text(block);
    }
    if (aggregate instanceof Own own) {
      switch (own) {
        case REFERRER -> {
          return (block, decoded) -> decoded.first.referrer(ours);
        }
        case UTM_SOURCE -> {
          return ofCampaign(Campaign::source);
        }
        case UTM_MEDIUM -> {
          return ofCampaign(Campaign::medium);
        }
        case UTM_CAMPAIGN -> {
          return ofCampaign(Campaign::campaign);
        }
        case CLICK_ID -> {
          return ofCampaign(Campaign::clickId);
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException(column.name() + ": no text of a session is made so");
  }

  private static TextOf ofCampaign(Function<Campaign, @Nullable String> field) {
    return (block, decoded) -> {
      Campaign campaign = decoded.first.campaign();
      return campaign == null ? null : field.apply(campaign);
    };
  }
}
