package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Own;
import io.clickstream.columns.Column;
import io.clickstream.columns.Columns;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Reads all that is published of a session from its block. */
final class BlockValues {

  /** Reads the text of a column; first values are read once for all of them. */
  private interface TextOf {

    @Nullable String of(Block block, FirstValues first);
  }

  private final BlockLayout layout;
  private final Sites ours;
  private final SessionLayout published;
  private final List<ToLongFunction<Block>> numbers;
  private final List<TextOf> texts;

  /**
   * The values of a table.
   *
   * @param layout that of the table
   * @param ours referrers from these are none
   */
  BlockValues(Columns columns, BlockLayout layout, Sites ours) {
    this.layout = layout;
    this.ours = ours;
    this.published = columns.layout();
    this.numbers = columns.numbers().stream().map(this::numberOf).toList();
    this.texts = columns.texts().stream().map(this::textOf).toList();
  }

  SessionValues of(Block block) {
    FirstValues firstValues = layout.first().values(block);
    SeldomParts parts = layout.seldom().parts(block);
    long[] numberValues = new long[numbers.size()];
    for (int i = 0; i < numberValues.length; i++) {
      numberValues[i] = numbers.get(i).applyAsLong(block);
    }
    @Nullable String[] textValues = new String[texts.size()];
    for (int i = 0; i < textValues.length; i++) {
      textValues[i] = texts.get(i).of(block, firstValues);
    }
    return new SessionValues(
        published,
        block.end(),
        block.endReason(),
        numberValues,
        textValues,
        parts.sums(),
        parts.products(layout.products().tallies(block)).activities());
  }

  private ToLongFunction<Block> numberOf(Column column) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof Count) {
      int counter = layout.indexOfCounter(StoredColumn.of(column).key());
      return block -> block.counter(counter);
    }
    if (aggregate instanceof Distinct) {
      DistinctSection distinct = (DistinctSection) layout.section(StoredColumn.of(column).key());
      return distinct::count;
    }
    if (aggregate instanceof Own own) {
      switch (own) {
        case EVENTS -> {
          return Block::events;
        }
        case DUPLICATES -> {
          return Block::duplicates;
        }
        case LATE_EVENTS -> {
          return Block::lateEvents;
        }
        case PURCHASES -> {
          return block -> layout.purchases(block) + layout.seldom().parts(block).orders();
        }
        case ORDERS_TRUNCATED -> {
          return block -> layout.seldom().parts(block).areOrdersTruncated() ? 1 : 0;
        }
        case PRODUCTS_TRUNCATED -> {
          return block -> areProductsTruncated(block) ? 1 : 0;
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException(column.name() + ": no number of a session is made so");
  }

  private boolean areProductsTruncated(Block block) {
    ProductsSection products = layout.products();
    return products.isTruncated(block)
        || layout.seldom().parts(block).products(products.tallies(block)).isTruncated();
  }

  private TextOf textOf(Column column) {
    Aggregate aggregate = column.aggregate();
    if (aggregate instanceof First) {
      int at = layout.first().indexOf(StoredColumn.of(column).key());
      return (block, values) -> values.text(at);
    }
    if (aggregate instanceof Last) {
      LastSection last = (LastSection) layout.section(StoredColumn.of(column).key());
      return (block, values) -> last.text(block);
    }
    if (aggregate instanceof Own own) {
      switch (own) {
        case REFERRER -> {
          return (block, values) -> values.referrer(ours);
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
    return (block, values) -> {
      Campaign campaign = values.campaign();
      return campaign == null ? null : field.apply(campaign);
    };
  }
}
