package io.clickstream.session.operator;

import java.util.Collection;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.state.rocksdb.RocksDBOptionsFactory;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;

/**
 * RocksDB without threads that only open files: a property starts it thousands of times, and each
 * start makes fourteen of them.
 */
final class FewThreads implements RocksDBOptionsFactory {

  private static final long serialVersionUID = 1L;

  private FewThreads() {}

  static StateBackend rocksDb() {
    EmbeddedRocksDBStateBackend backend = new EmbeddedRocksDBStateBackend(false);
    backend.setRocksDBOptions(new FewThreads());
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
