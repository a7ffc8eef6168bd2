package io.clickstream.session;

import io.clickstream.model.Click;

/** The bytes in which a click waits. A form serves one thread. */
public interface ClickForm {

  /**
   * Writes a click to {@link #written}.
   *
   * @return how many bytes it has
   */
  int write(Click click);

  /** The click that was written last, from the first byte on; valid until the next is written. */
  byte[] written();

  /** Reads a click; it keeps nothing of the array. */
  Click read(byte[] from, int start, int length);
}
