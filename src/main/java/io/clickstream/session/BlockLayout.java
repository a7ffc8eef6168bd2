package io.clickstream.session;

import io.clickstream.columns.Aggregate;
import io.clickstream.columns.Aggregate.Count;
import io.clickstream.columns.Aggregate.Distinct;
import io.clickstream.columns.Aggregate.First;
import io.clickstream.columns.Aggregate.Last;
import io.clickstream.columns.Aggregate.Marked;
import io.clickstream.columns.Columns;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each column of a table has its place in the block of a session. It follows from the table,
 * and so does all that a click and a merge do to a block.
 *
 * <p>A layout serves one thread: its sections remember what they found in a click.
 */
final class BlockLayout {

  private final List<StoredColumn> stored;

  /** The counters in the head, by the kind of the events that they count. */
  private final int[][] countersOfKind = new int[EventKind.values().length][];

  private final List<StoredColumn> counters = new ArrayList<>();

  /** Those of them that count clicks by a condition. */
  private final MarkCounters marked;

  /** Purchases that name no order. */
  private final int purchases;

  private final int lengthsAt;
  private final int head;
  private final Section[] sections;
  private final FirstSection first;
  private final SeldomSection seldom;
  private final ProductsSection products = new ProductsSection();
  private final EventIdsSection eventIds;
  private final DefinedSections defined;

  // Of the sections, while a click is added or sessions merge.
  private final int[] from;
  private final int[] before;
  private final int[] after;

  /** The layout of a table under settings. */
  BlockLayout(Columns columns, SessionSettings settings) {
    this(
        StoredColumn.of(columns),
        StateFormat.NEWEST,
        new EventIdsSection(settings.dedupWindow(), settings.dedupKey().withType()));
  }

  /** The layout of state that has these columns, in a version of its format. */
  BlockLayout(List<StoredColumn> stored, int version) {
    this(stored, version, new EventIdsSection(0, true));
  }

  private BlockLayout(List<StoredColumn> stored, int version, EventIdsSection eventIds) {
    this.stored = List.copyOf(stored);
    this.eventIds = eventIds;
    this.seldom = new SeldomSection(version);
    List<StoredColumn> firsts = new ArrayList<>();
    List<Section> distinct = new ArrayList<>();
    List<Section> last = new ArrayList<>();
    this.defined = DefinedSections.of(stored);
    for (StoredColumn column : stored) {
      Aggregate aggregate = column.aggregate();
      if (DefinedSections.has(column)) {
        continue;
      }
      if (aggregate instanceof Count || aggregate instanceof Marked) {
        counters.add(column);
      } else if (aggregate instanceof First) {
        firsts.add(column);
      } else if (aggregate instanceof Distinct of) {
        distinct.add(new DistinctSection(column.key(), of));
      } else if (aggregate instanceof Last of) {
        last.add(new LastSection(column.key(), of));
      }
    }
    this.purchases = counters.size();
    this.marked = new MarkCounters(counters);
    this.first =
        new FirstSection(
            firsts.stream().map(StoredColumn::key).toList(),
            firsts.stream().map(column -> (First) column.aggregate()).toList(),
            version);
    for (EventKind kind : EventKind.values()) {
      countersOfKind[kind.ordinal()] = countersOf(kind);
    }
    // In the order in which they grow: what nearly every click changes comes last.
    List<Section> all = new ArrayList<>(List.of(first, seldom, products));
    all.addAll(distinct);
    all.addAll(defined.allButLast());
    all.add(eventIds);
    all.addAll(last);
    if (defined.last() != null) {
      all.add(defined.last());
    }
    this.sections = all.toArray(new Section[0]);
    this.lengthsAt = Block.FIXED + Integer.BYTES * (purchases + 1);
    int at = lengthsAt + Integer.BYTES * sections.length;
    for (int i = 0; i < sections.length; i++) {
      sections[i].place(i, at);
      at += sections[i].headSize();
    }
    this.head = at;
    this.from = new int[sections.length + 1];
    this.before = new int[sections.length];
    this.after = new int[sections.length];
  }

  private int[] countersOf(EventKind kind) {
    List<Integer> own = new ArrayList<>();
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).aggregate() instanceof Count count && count.kind() == kind) {
        own.add(i);
      }
    }
    return own.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The columns that state has something of. */
  List<StoredColumn> stored() {
    return stored;
  }

  /** Where in a block the lengths of the sections are. */
  int lengthsAt() {
    return lengthsAt;
  }

  /** The bytes of a block's head. */
  int head() {
    return head;
  }

  /** How many counters a block has. */
  int counters() {
    return purchases + 1;
  }

  Section[] sections() {
    return sections;
  }

  /** The section of a column's key. */
  Section section(String key) {
    for (Section section : sections) {
      if (section.key().equals(key)) {
        return section;
      }
    }
    throw new IllegalArgumentException(key + ": no section is called so");
  }

  /** How many purchases a block has that name no order. */
  int purchases(Block block) {
    return block.counter(purchases);
  }

  FirstSection first() {
    return first;
  }

  ProductsSection products() {
    return products;
  }

  EventIdsSection eventIds() {
    return eventIds;
  }

  /** The sections of the columns that settings define. */
  DefinedSections defined() {
    return defined;
  }

  SeldomSection seldom() {
    return seldom;
  }

  /** Prepares the head of a new block, without events. */
  void begin(Block block) {
    VisitorSessions sessions = block.sessions();
    Arrays.fill(sessions.bytes, block.at(), block.at() + head, (byte) 0);
    block.size(head);
    for (Section section : sections) {
      section.begin(block);
    }
  }

  /** Adds a click to all columns of a session. */
  void add(Block block, Click click) {
    count(block, click);
    VisitorSessions sessions = block.sessions();
    int lengths = block.at() + lengthsAt;
    int at = block.at() + head;
    int first = sections.length;
    for (int i = 0; i < sections.length; i++) {
      from[i] = at;
      int length = sessions.intAt(lengths + Integer.BYTES * i);
      before[i] = length;
      after[i] = sections[i].prepare(block, at, length, click);
      if (after[i] != Section.UNTOUCHED && first == sections.length) {
        first = i;
      }
      at += length;
    }
    from[sections.length] = at;
    makePlace(block, first);
    int to = from[first];
    for (int i = first; i < sections.length; i++) {
      if (after[i] == Section.UNTOUCHED) {
        to += before[i];
      } else {
        block.length(i, after[i]);
        sections[i].add(block, to, click);
        to += after[i];
      }
    }
  }

  private void count(Block block, Click click) {
    if (click.kind() == EventKind.PURCHASE && !SeldomParts.isOfOrder(click)) {
      block.counter(purchases, block.counter(purchases) + 1);
    }
    for (int counter : countersOfKind[click.kind().ordinal()]) {
      block.counter(counter, block.counter(counter) + 1);
    }
    marked.count(block, click.marks());
  }

  /**
   * Moves sections that others grow or shrink before. Those that move right go first, from the last
   * on, then those that move left, from the first on: so none is overwritten before it has moved.
   *
   * @param first the first section that the click changes; those before it stay
   */
  private void makePlace(Block block, int first) {
    if (first == sections.length) {
      return;
    }
    VisitorSessions sessions = block.sessions();
    int end = from[sections.length];
    int grown = 0;
    boolean shrinks = false;
    for (int i = first; i < sections.length; i++) {
      if (after[i] != Section.UNTOUCHED) {
        grown += after[i] - before[i];
        shrinks |= after[i] < before[i] || sections[i].dropped() > 0;
      }
    }
    int size = sessions.size();
    if (grown > 0) {
      sessions.reserve(size + grown);
      sessions.move(end, size - end, end + grown);
    }
    moveRight(sessions, first, end + grown);
    if (shrinks) {
      moveLeft(sessions, first);
    }
    if (grown < 0) {
      sessions.move(end, size - end, end + grown);
    }
    block.size(block.size() + grown);
    sessions.resized(block.at(), grown);
  }

  private void moveRight(VisitorSessions sessions, int first, int end) {
    int to = end;
    int i = sections.length - 1;
    while (i >= first) {
      if (after[i] != Section.UNTOUCHED) {
        to -= after[i];
        if (to > kept(i)) {
          moveKept(sessions, i, to);
        }
        i--;
        continue;
      }
      // Neighbours that stay as they are move together.
      int behind = from[i + 1];
      while (i >= first && after[i] == Section.UNTOUCHED) {
        i--;
      }
      int begin = from[i + 1];
      to -= behind - begin;
      if (to > begin) {
        sessions.move(begin, behind - begin, to);
      }
    }
  }

  private void moveLeft(VisitorSessions sessions, int first) {
    int to = from[first];
    for (int i = first; i < sections.length; i++) {
      if (to < kept(i)) {
        moveKept(sessions, i, to);
      }
      to += after[i] == Section.UNTOUCHED ? before[i] : after[i];
    }
  }

  /** Where the bytes of a section begin that stay. */
  private int kept(int section) {
    return after[section] == Section.UNTOUCHED
        ? from[section]
        : from[section] + sections[section].dropped();
  }

  private void moveKept(VisitorSessions sessions, int section, int to) {
    if (after[section] == Section.UNTOUCHED || sections[section].isKept()) {
      int kept = kept(section);
      sessions.move(kept, from[section] + before[section] - kept, to);
    }
  }

  /** Lets the columns of a session take in those of the next one, and removes that. */
  void merge(Block block, Block next) {
    for (int i = 0; i < counters(); i++) {
      block.counter(i, block.counter(i) + next.counter(i));
    }
    byte[][] merged = new byte[sections.length][];
    for (int i = 0; i < sections.length; i++) {
      merged[i] = sections[i].merged(block, next);
    }
    VisitorSessions sessions = block.sessions();
    sessions.remove(next.at());
    replace(block, merged);
    for (Section section : sections) {
      section.setMerged(block);
    }
  }

  /** Replaces all sections of a block. */
  private void replace(Block block, byte[][] contents) {
    VisitorSessions sessions = block.sessions();
    int length = 0;
    for (byte[] content : contents) {
      length += content.length;
    }
    int behind = block.behind();
    int grown = head + length - block.size();
    sessions.reserve(sessions.size() + grown);
    sessions.move(behind, sessions.size() - behind, behind + grown);
    int at = block.at() + head;
    for (int i = 0; i < contents.length; i++) {
      System.arraycopy(contents[i], 0, sessions.bytes, at, contents[i].length);
      block.length(i, contents[i].length);
      at += contents[i].length;
    }
    block.size(block.size() + grown);
    sessions.resized(block.at(), grown);
  }

  /**
   * Takes over all that the block of another layout has of this one's columns; the others begin
   * empty.
   *
   * @param block a new one, behind all others
   */
  void adopt(Block block, BlockLayout other, Block old) {
    begin(block);
    block.flags(old.flags());
    block.start(old.start());
    block.newEnd(old.end());
    block.revision(old.revision());
    block.ordinal(old.ordinal());
    block.events(old.events());
    block.duplicates(old.duplicates());
    block.lateEvents(old.lateEvents());
    block.counter(purchases, old.counter(other.purchases));
    for (int i = 0; i < counters.size(); i++) {
      int there = other.indexOfCounter(counters.get(i).key());
      block.counter(i, there < 0 ? 0 : old.counter(there));
    }
    byte[][] contents = new byte[sections.length][];
    for (int i = 0; i < sections.length; i++) {
      contents[i] = new byte[0];
      for (Section theirs : other.sections) {
        if (theirs.key().equals(sections[i].key())) {
          contents[i] = sections[i].adopted(block, theirs, old);
        }
      }
    }
    replace(block, contents);
  }

  /** Which counter has this key, -1 if none. */
  int indexOfCounter(String key) {
    for (int i = 0; i < counters.size(); i++) {
      if (counters.get(i).key().equals(key)) {
        return i;
      }
    }
    return -1;
  }
}
