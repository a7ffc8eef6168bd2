package io.clickstream.reference;

import java.io.IOException;

/** The byte in front of a value in state. */
final class LayoutVersion {

  private LayoutVersion() {}

  static void check(String what, int actual, int newest) throws IOException {
    if (actual < 1 || actual > newest) {
      throw new IOException(
          what
              + " of layout version="
              + actual
              + " cannot be read, expected 1 to "
              + newest
              + ": the state was written by a newer release, restore it with that one");
    }
  }
}
