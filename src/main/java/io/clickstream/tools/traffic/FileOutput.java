package io.clickstream.tools.traffic;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes values to a file, one a line; keys are left out. */
final class FileOutput implements RecordOutput {

  private final OutputStream out;

  FileOutput(Path file) throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
  }

  @Override
  public void write(byte[] key, byte[] value) throws IOException {
    out.write(value);
    out.write('\n');
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
