package io.clickstream.session;

import io.clickstream.model.EndReason;
import io.clickstream.model.Visitor;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One session in the bytes of its visitor. It is moved from one to the next, so that none costs an
 * object.
 *
 * <p>A block is a head of numbers at fixed places, then the {@link Section}s of its {@link
 * BlockLayout}, whose lengths and own numbers are in the head, too.
 */
final class Block {

  private static final int SIZE = 0;
  private static final int FLAGS = 4;
  private static final int START = 8;
  private static final int END = 16;
  private static final int REVISION = 24;
  private static final int ORDINAL = 28;
  private static final int EVENTS = 32;
  private static final int DUPLICATES = 36;
  private static final int LATE_EVENTS = 40;

  /** Where the numbers of the layout begin. */
  static final int FIXED = 44;

  private static final int CHANGED = 1;
  private static final int CUT_SHIFT = 1;
  private static final int CUT_MASK = 7;
  private static final int WALL_SHIFT = 8;
  private static final int MARK_SHIFT = 12;
  private static final int WALL_MASK = 15;
  private static final EndReason[] END_REASONS = EndReason.values();

  private final BlockLayout layout;
  private VisitorSessions sessions;
  private int at;

  Block(BlockLayout layout) {
    this.layout = layout;
    this.sessions = new VisitorSessions();
  }

  static int sizeOf(VisitorSessions sessions, int at) {
    return sessions.intAt(at + SIZE);
  }

  static long endOf(VisitorSessions sessions, int at) {
    return sessions.longAt(at + END);
  }

  static boolean isChanged(VisitorSessions sessions, int at) {
    return (sessions.intAt(at + FLAGS) & CHANGED) != 0;
  }

  static boolean hasWall(VisitorSessions sessions, int at) {
    return sessions.intAt(at + FLAGS) >>> WALL_SHIFT != 0;
  }

  /** Moves to a block. */
  Block to(VisitorSessions sessions, int at) {
    this.sessions = sessions;
    this.at = at;
    return this;
  }

  VisitorSessions sessions() {
    return sessions;
  }

  /** Where it begins. */
  int at() {
    return at;
  }

  /** Where it ends. */
  int behind() {
    return at + size();
  }

  int size() {
    return sessions.intAt(at + SIZE);
  }

  void size(int size) {
    sessions.setInt(at + SIZE, size);
  }

  /** All of its flags, for the form in state. */
  int flags() {
    return sessions.intAt(at + FLAGS);
  }

  void flags(int flags) {
    sessions.setInt(at + FLAGS, flags);
  }

  /** Whether it differs from what was emitted last. */
  boolean isChanged() {
    return (flags() & CHANGED) != 0;
  }

  void changed(boolean changed) {
    flags(changed ? flags() | CHANGED : flags() & ~CHANGED);
  }

  /** Why the session right of it is another one although it is near; null if there is none. */
  @Nullable EndReason cut() {
    int cut = (flags() >> CUT_SHIFT) & CUT_MASK;
    return cut == 0 ? null : END_REASONS[cut - 1];
  }

  void cut(@Nullable EndReason cut) {
    int bits = cut == null ? 0 : cut.ordinal() + 1;
    flags((flags() & ~(CUT_MASK << CUT_SHIFT)) | (bits << CUT_SHIFT));
  }

  /** The mark or the midnight that the session on its right begins with, if it is near; or null. */
  @Nullable EndReason wall() {
    return wall(WALL_SHIFT);
  }

  void wall(@Nullable EndReason wall) {
    wall(WALL_SHIFT, wall);
  }

  /** The mark that it begins with, or null. */
  @Nullable EndReason mark() {
    return wall(MARK_SHIFT);
  }

  void mark(@Nullable EndReason mark) {
    wall(MARK_SHIFT, mark);
  }

  private @Nullable EndReason wall(int shift) {
    int wall = (flags() >> shift) & WALL_MASK;
    return wall == 0 ? null : END_REASONS[wall - 1];
  }

  private void wall(int shift, @Nullable EndReason wall) {
    int bits = wall == null ? 0 : wall.ordinal() + 1;
    flags((flags() & ~(WALL_MASK << shift)) | (bits << shift));
  }

  EndReason endReason() {
    EndReason wall = wall();
    if (wall != null) {
      return wall;
    }
    EndReason cut = cut();
    return cut == null ? EndReason.TIMEOUT : cut;
  }

  /** Event time of the first event, epoch ms. */
  long start() {
    return sessions.longAt(at + START);
  }

  void start(long start) {
    sessions.setLong(at + START, start);
  }

  /** Event time of the last event, epoch ms. */
  long end() {
    return sessions.longAt(at + END);
  }

  void end(long end) {
    sessions.setLong(at + END, end);
    sessions.endChanged(at, end);
  }

  /** Sets the end of a block that the visitor's sessions do not know yet. */
  void newEnd(long end) {
    sessions.setLong(at + END, end);
  }

  /** The last one emitted, 0 if none was under this id. */
  int revision() {
    return sessions.intAt(at + REVISION);
  }

  void revision(int revision) {
    sessions.setInt(at + REVISION, revision);
  }

  /** 0, or which one it is in a row of sessions cut off from each other. */
  int ordinal() {
    return sessions.intAt(at + ORDINAL);
  }

  void ordinal(int ordinal) {
    sessions.setInt(at + ORDINAL, ordinal);
  }

  /** How many events it holds. */
  int events() {
    return sessions.intAt(at + EVENTS);
  }

  void events(int events) {
    sessions.setInt(at + EVENTS, events);
  }

  int duplicates() {
    return sessions.intAt(at + DUPLICATES);
  }

  void duplicates(int duplicates) {
    sessions.setInt(at + DUPLICATES, duplicates);
  }

  int lateEvents() {
    return sessions.intAt(at + LATE_EVENTS);
  }

  void lateEvents(int lateEvents) {
    sessions.setInt(at + LATE_EVENTS, lateEvents);
  }

  /** The number of a layout's counter. */
  int counter(int index) {
    return sessions.intAt(at + FIXED + Integer.BYTES * index);
  }

  void counter(int index, int value) {
    sessions.setInt(at + FIXED + Integer.BYTES * index, value);
  }

  /** The bytes of a section. */
  int length(int section) {
    return sessions.intAt(at + layout.lengthsAt() + Integer.BYTES * section);
  }

  void length(int section, int length) {
    sessions.setInt(at + layout.lengthsAt() + Integer.BYTES * section, length);
  }

  /** Where a section begins. */
  int section(int section) {
    int begins = at + layout.head();
    for (int i = 0; i < section; i++) {
      begins += length(i);
    }
    return begins;
  }

  /** A number of a section's own, in the head. */
  int intOf(Section section, int offset) {
    return sessions.intAt(at + section.headAt() + offset);
  }

  void intOf(Section section, int offset, int value) {
    sessions.setInt(at + section.headAt() + offset, value);
  }

  long longOf(Section section, int offset) {
    return sessions.longAt(at + section.headAt() + offset);
  }

  void longOf(Section section, int offset, long value) {
    sessions.setLong(at + section.headAt() + offset, value);
  }

  UUID id(Visitor visitor) {
    return SessionIds.of(visitor, start(), ordinal());
  }
}
