package io.clickstream.registry;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Reads a schema from a file, where the job is started: its tasks do not need the file. */
public final class SchemaFile {

  private static final int MAX_BYTES = 16 << 20;

  private SchemaFile() {}

  /**
   * The text of a file.
   *
   * @param uri of any scheme that Flink's file systems read
   * @throws IOException whose message says what is wrong with the file, and nothing of what is in
   *     it
   */
  public static String read(String uri) throws IOException {
    byte[] bytes;
    try {
      Path path = new Path(uri);
      FileSystem fileSystem = path.getFileSystem();
      try (InputStream in = fileSystem.open(path)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
    } catch (UnsupportedFileSystemSchemeException e) {
      throw new IOException("Flink cannot read this scheme here; a file system's plugin lacks", e);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "there is no such file where main runs: in the JobManager for a job submitted over REST"
              + " or in application mode, else where flink run was called",
          e);
    } catch (IOException | IllegalArgumentException | SecurityException e) {
      throw new IOException(
          "the file cannot be read: it failed with " + e.getClass().getSimpleName(), e);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("the file is larger than 16mb");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("the file is not text in UTF-8", e);
    }
  }
}
