package io.clickstream.reconcile;

import io.clickstream.model.Visitor;

/** One of several equal parts of all visitors, so that no more than a part is in memory. */
record VisitorShare(int index, int count) {

  boolean has(Visitor visitor) {
    return Math.floorMod(visitor.hashCode(), count) == index;
  }

  /** Whether it is the one with which everything is judged that belongs to no visitor. */
  boolean isFirst() {
    return index == 0;
  }
}
