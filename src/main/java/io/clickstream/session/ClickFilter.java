package io.clickstream.session;

import io.clickstream.columns.Mark;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickTexts;
import java.util.Arrays;
import java.util.List;

/** Tells at once of most clicks that they have nothing that some columns are made of. */
final class ClickFilter {

  /** A bit for each text among the first 64. */
  private final long texts;

  /** The indices of the others. */
  private final int[] more;

  private final long firstMarks;
  private final long secondMarks;

  /** Lets through the clicks that have any of the texts, or fulfil any of the conditions. */
  ClickFilter(List<Source> sources, List<Mark> marks) {
    long bits = 0;
    for (Source source : sources) {
      bits |= bit(source.index());
    }
    this.texts = bits;
    this.more =
        sources.stream()
            .mapToInt(Source::index)
            .filter(index -> index >= Long.SIZE)
            .distinct()
            .toArray();
    long first = 0;
    long second = 0;
    for (Mark mark : marks) {
      first |= mark.index() < Long.SIZE ? 1L << mark.index() : 0;
      second |= mark.index() < Long.SIZE ? 0 : 1L << mark.index();
    }
    this.firstMarks = first;
    this.secondMarks = second;
  }

  private ClickFilter(long texts, int[] more, long firstMarks, long secondMarks) {
    this.texts = texts;
    this.more = more;
    this.firstMarks = firstMarks;
    this.secondMarks = secondMarks;
  }

  /** Lets through the clicks that have a text. */
  static ClickFilter of(Source source) {
    return new ClickFilter(List.of(source), List.of());
  }

  /** Lets through the clicks that fulfil a condition. */
  static ClickFilter of(Mark mark) {
    return new ClickFilter(List.of(), List.of(mark));
  }

  /** Lets through the clicks that any of some filters lets through. */
  static ClickFilter any(List<ClickFilter> filters) {
    long texts = 0;
    long first = 0;
    long second = 0;
    for (ClickFilter filter : filters) {
      texts |= filter.texts;
      first |= filter.firstMarks;
      second |= filter.secondMarks;
    }
    int[] more =
        filters.stream().flatMapToInt(filter -> Arrays.stream(filter.more)).distinct().toArray();
    return new ClickFilter(texts, more, first, second);
  }

  /** The bit of a text in {@link ClickTexts#hasAny}, 0 if it has none. */
  static long bit(int index) {
    return index < Long.SIZE ? 1L << index : 0;
  }

  /** Whether a click has a text; one that was read for another table may lack it. */
  static boolean has(ClickTexts texts, int index) {
    return index < Long.SIZE
        ? texts.hasAny(1L << index)
        : index < texts.count() && texts.has(index);
  }

  /** Whether all of the texts have a {@link #bit}. */
  boolean isOfBits() {
    return more.length == 0;
  }

  boolean accepts(Click click) {
    if (click.texts().hasAny(texts)) {
      return true;
    }
    for (int index : more) {
      if (has(click.texts(), index)) {
        return true;
      }
    }
    ClickMarks marks = click.marks();
    return ((marks.first() & firstMarks) | (marks.second() & secondMarks)) != 0;
  }
}
