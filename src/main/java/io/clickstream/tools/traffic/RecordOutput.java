package io.clickstream.tools.traffic;

import java.io.IOException;

/** Where generated records go. Not thread-safe. */
interface RecordOutput extends AutoCloseable {

  /** Takes a record; it need not have arrived before {@link #close()} returns. */
  void write(byte[] key, byte[] value) throws IOException;

  /** Returns when every record has arrived, or throws what kept one from it. */
  @Override
  void close() throws IOException;
}
