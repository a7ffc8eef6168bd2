package io.clickstream.clickhouse;

import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;

/**
 * As many requests at a time, each as large as may be. Flink's own strategies make batches smaller
 * when requests fail, and every batch is a part that ClickHouse has to merge.
 */
final class FullBatches implements RateLimitingStrategy {

  private final int batchSize;
  private final int requests;
  private int inFlight;

  FullBatches(int batchSize, int requests) {
    this.batchSize = batchSize;
    this.requests = requests;
  }

  @Override
  public void registerInFlightRequest(RequestInfo request) {
    inFlight++;
  }

  @Override
  public void registerCompletedRequest(ResultInfo result) {
    inFlight--;
  }

  @Override
  public boolean shouldBlock(RequestInfo request) {
    return inFlight >= requests;
  }

  @Override
  public int getMaxBatchSize() {
    return batchSize;
  }
}
