package io.clickstream.session.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * RocksDB without threads that only open files, of which each start makes fourteen, and in memory
 * where the system has files there: a property starts it thousands of times, and nearly all of that
 * is waiting for a disk.
 */
final class FewThreads implements RocksDBOptionsFactory {

  private static final long serialVersionUID = 1L;

  /** Files of Linux that are on no disk. */
  private static final Path IN_MEMORY = Path.of("/dev/shm");

  private FewThreads() {}

  /** Empty again once all that use it are closed. */
  private static Path directory() {
    try {
      Path directory = Files.createTempDirectory(IN_MEMORY, "clickstream-test-");
      directory.toFile().deleteOnExit();
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static StateBackend rocksDb() {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(false);
    backend.setRocksDBOptions(new FewThreads());
    if (Files.isWritable(IN_MEMORY)) {
      backend.setDbStoragePath(directory().toString());
    }
    return backend;
  }

  @Override
  public DBOptions createDBOptions(DBOptions options, Collection<AutoCloseable> handles) {
    return options.setMaxFileOpeningThreads(1);
  }

  @Override
  public ColumnFamilyOptions createColumnOptions(
      ColumnFamilyOptions options, Collection<AutoCloseable> handles) {
    return options;
  }
}
