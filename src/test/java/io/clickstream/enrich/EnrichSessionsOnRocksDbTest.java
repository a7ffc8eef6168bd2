package io.clickstream.enrich;

import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;

/** The same on the state backend of production, which keeps bytes. */
class EnrichSessionsOnRocksDbTest extends EnrichSessionsTest {

  @Override
  StateBackend stateBackend() {
    EmbeddedRocksDBStateBackend stateBackend = new EmbeddedRocksDBStateBackend();
    stateBackend.getMemoryConfiguration().setFixedMemoryPerSlot("64mb");
    return stateBackend;
  }
}
