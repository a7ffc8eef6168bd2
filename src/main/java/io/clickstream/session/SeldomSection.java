package io.clickstream.session;

import io.clickstream.model.Click;
import io.clickstream.model.ClickText;
import io.clickstream.model.EventKind;
import java.util.function.Consumer;

/** The parts that few sessions have: ids to retract, revenue, orders. */
final class SeldomSection extends Section {

  private final int version;
  private byte[] rewritten = {};

  /**
   * The seldom parts.
   *
   * @param version of the format of state in which blocks have them
   */
  SeldomSection(int version) {
    super("seldom");
    this.version = version;
  }

  @Override
  int prepare(Block block, int at, int length, Click click) {
    if (click.kind() != EventKind.PURCHASE
        || (!click.texts().has(ClickText.ORDER_ID) && Purchases.amount(click) == null)) {
      return UNTOUCHED;
    }
    SeldomParts parts = SeldomParts.of(version, block.sessions().bytes, at, length);
    parts.add(click);
    rewritten = parts.bytes();
    return rewritten.length;
  }

  @Override
  boolean isKept() {
    return false;
  }

  @Override
  void add(Block block, int at, Click click) {
    System.arraycopy(rewritten, 0, block.sessions().bytes, at, rewritten.length);
  }

  /** Whether a block has any. */
  boolean isPresent(Block block) {
    return block.length(index()) > 0;
  }

  /** The parts of a block. */
  SeldomParts parts(Block block) {
    return SeldomParts.of(
        version, block.sessions().bytes, block.section(index()), block.length(index()));
  }

  /** Changes the parts of a block. */
  void change(Block block, Consumer<SeldomParts> change) {
    SeldomParts parts = parts(block);
    change.accept(parts);
    byte[] bytes = parts.bytes();
    VisitorSessions sessions = block.sessions();
    int at = block.section(index());
    int behind = at + block.length(index());
    int grown = bytes.length - block.length(index());
    sessions.reserve(sessions.size() + grown);
    sessions.move(behind, sessions.size() - behind, behind + grown);
    System.arraycopy(bytes, 0, sessions.bytes, at, bytes.length);
    block.length(index(), bytes.length);
    block.size(block.size() + grown);
    sessions.resized(block.at(), grown);
  }

  @Override
  byte[] merged(Block block, Block other) {
    SeldomParts parts = parts(block);
    parts.addAll(parts(other));
    return parts.bytes();
  }

  @Override
  byte[] adopted(Block block, Section old, Block oldBlock) {
    return ((SeldomSection) old).parts(oldBlock).bytes();
  }
}
