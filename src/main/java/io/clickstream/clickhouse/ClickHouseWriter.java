package io.clickstream.clickhouse;

import io.clickstream.clickhouse.RejectedSessions.Reason;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.metrics.BucketCounts;
import io.clickstream.metrics.MetricNames;
import io.clickstream.model.Origin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends batches. A batch that fails for a reason that may pass is sent again with growing pauses, a
 * batch with a row that the server refuses is halved until that row is found, and every other
 * failure fails the job.
 */
@SuppressWarnings("try") // What Flink closes may be interrupted while closing.
final class ClickHouseWriter extends AsyncSinkWriter<Origin, Origin> {

  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseWriter.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** How long nothing may have been taken until the job restarts, which then goes on trying. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long[] FRESHNESS_MS = {
    500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000
  };

  /** As many failures of a batch until it is sent in halves, then in quarters, and so on. */
  private static final int SMALLER_AFTER = 4;

  /** Rows; every insert is a part that the server has to merge. */
  private static final int SMALLEST = 200;

  private record Refused(Origin row, String detail) {}

  private final ClickHouseSettings settings;
  private final RefusedRows refusals;
  private final ValuesWithoutColumn unknown;
  private final ScheduledExecutorService requests;
  private final BatchHistory history = new BatchHistory(System::nanoTime);
  private final Counter rowsCounter;
  private final BucketCounts freshness;
  private final Counter retriedCounter;
  private volatile @Nullable ClickHouse server;
  private boolean closed;

  ClickHouseWriter(
      ElementConverter<Origin, Origin> converter,
      WriterInitContext context,
      AsyncSinkWriterConfiguration configuration,
      Collection<BufferedRequestState<Origin>> restored,
      int threads,
      ClickHouseSettings settings,
      RejectedSessions rejected) {
    super(
        converter,
        context,
        configuration,
        restored,
        new SimpleBatchCreator<>(configuration.getMaxBatchSizeInBytes()),
        new DequeRequestBuffer<>());
    this.settings = settings;
    this.requests =
        Executors.newScheduledThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "clickhouse-insert");
              thread.setDaemon(true);
              return thread;
            });
    MetricGroup group = context.metricGroup().addGroup(MetricNames.GROUP);
    this.rowsCounter = group.counter(MetricNames.ROWS, new ThreadSafeSimpleCounter());
    this.freshness = new BucketCounts(context.metricGroup(), MetricNames.FRESHNESS, FRESHNESS_MS);
    this.refusals =
        new RefusedRows(
            rejected, group.counter(MetricNames.REFUSED_ROWS, new ThreadSafeSimpleCounter()));
    this.unknown =
        new ValuesWithoutColumn(
            group.counter(MetricNames.VALUES_WITHOUT_COLUMN, new ThreadSafeSimpleCounter()));
    this.retriedCounter = group.counter(MetricNames.RETRIED_BATCHES, new ThreadSafeSimpleCounter());
  }

  @Override
  public void write(Origin origin, Context context) throws IOException, InterruptedException {
    byte[] value = origin.value();
    if (value == null || !isObject(value)) {
      refusals.add(origin, Reason.NOT_AN_OBJECT, "expected a JSON object");
    } else if (getSizeInBytes(origin) > ClickHouseSink.MAX_ROW_BYTES) {
      refusals.add(
          origin,
          Reason.TOO_LARGE,
          value.length + " bytes; expected at most " + ClickHouseSink.MAX_ROW_BYTES);
    } else {
      super.write(origin, context);
    }
  }

  /** The server would skip an empty line without a word. */
  private static boolean isObject(byte[] value) {
    int first = 0;
    int last = value.length - 1;
    while (first <= last && isSpace(value[first])) {
      first++;
    }
    while (last > first && isSpace(value[last])) {
      last--;
    }
    return first < last && value[first] == '{' && value[last] == '}';
  }

  private static boolean isSpace(byte character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
  }

  @Override
  protected long getSizeInBytes(Origin origin) {
    byte[] value = origin.value();
    return value == null ? 0 : value.length + 1L;
  }

  @Override
  protected void submitRequestEntries(List<Origin> rows, ResultHandler<Origin> result) {
    requests.execute(() -> deliver(rows, result));
  }

  private void deliver(List<Origin> rows, ResultHandler<Origin> result) {
    Deque<List<Origin>> parts = parts(rows);
    List<Refused> refused = new ArrayList<>();
    try {
      while (!parts.isEmpty()) {
        List<Origin> part = parts.element();
        try {
          unknown.add(server().insert(part));
          inserted(part);
          history.taken(part.get(0));
        } catch (InsertException e) {
          if (e.kind() != InsertException.Kind.ROWS) {
            throw e;
          }
          if (part.size() > 1) {
            parts.remove();
            parts.push(part.subList(part.size() / 2, part.size()));
            parts.push(part.subList(0, part.size() / 2));
            continue;
          }
          if (history.refused()) {
            requireThatAnotherIsTaken(rows, e);
          }
          refused.add(new Refused(part.get(0), String.valueOf(e.getMessage())));
        }
        parts.remove();
      }
      for (Refused row : refused) {
        refusals.add(row.row(), Reason.REFUSED, row.detail());
      }
      refusals.flush();
      history.delivered(rows.get(0));
      result.complete();
    } catch (InsertException e) {
      // Those that were refused are, again: what is set aside is only what a whole batch has
      // settled.
      List<Origin> left = new ArrayList<>();
      refused.forEach(row -> left.add(row.row()));
      parts.forEach(left::addAll);
      failed(left, result, e);
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    } catch (Throwable t) {
      // Or the checkpoint would wait for a thread that is no more.
      result.completeExceptionally(new IllegalStateException("rows could not be inserted", t));
    }
  }

  private void inserted(List<Origin> rows) {
    rowsCounter.inc(rows.size());
    long now = System.currentTimeMillis();
    for (Origin row : rows) {
      byte[] value = row.value();
      long emittedAt = value == null ? EmittedAt.UNKNOWN : EmittedAt.of(value);
      if (emittedAt != EmittedAt.UNKNOWN) {
        freshness.add(Math.max(0, now - emittedAt));
      }
    }
  }

  /** All at once, but for a batch that has failed again and again though the server is there. */
  private Deque<List<Origin>> parts(List<Origin> rows) {
    int size = rows.size();
    for (int i = history.failures(rows.get(0)); i >= SMALLER_AFTER && size > SMALLEST; i--) {
      size /= 2;
    }
    Deque<List<Origin>> parts = new ArrayDeque<>();
    for (int from = 0; from < rows.size(); from += size) {
      parts.add(rows.subList(from, Math.min(rows.size(), from + size)));
    }
    return parts;
  }

  /**
   * Row after row is refused: returns if one is taken that was taken before, or the last or middle
   * one of the batch. It is no loss if it is there twice.
   */
  private void requireThatAnotherIsTaken(List<Origin> rows, InsertException refusal)
      throws InsertException {
    Origin before = history.lastTaken();
    List<Origin> candidates =
        before == null
            ? List.of(rows.get(rows.size() - 1), rows.get(rows.size() / 2))
            : List.of(before);
    for (Origin candidate : candidates) {
      try {
        server().insert(List.of(candidate));
        history.taken(candidate);
        return;
      } catch (InsertException e) {
        if (e.kind() != InsertException.Kind.ROWS) {
          throw e;
        }
      }
    }
    throw refusal.permanent(
        "row after row is refused, has %s.%s the columns that it should have?"
            .formatted(settings.database(), settings.table()));
  }

  private void failed(List<Origin> rows, ResultHandler<Origin> result, InsertException e) {
    if (e.kind() != InsertException.Kind.TEMPORARY) {
      result.completeExceptionally(
          new IOException(where() + " takes no rows: " + e.getMessage(), e));
      return;
    }
    BatchHistory.Failures failures = history.failed(rows.get(0));
    if (failures.since().compareTo(PATIENCE) > 0) {
      result.completeExceptionally(
          new IOException(
              "%s has not taken a batch for %d s, in %d attempts; the last one: %s"
                  .formatted(
                      where(), failures.since().toSeconds(), failures.count(), e.getMessage()),
              e));
      return;
    }
    long pause = pause(failures.count());
    LOG.warn(
        "Rows are sent again: server={} rows={} attempt={} pause_ms={} cause={}",
        where(),
        rows.size(),
        failures.count(),
        pause,
        e.getMessage());
    retriedCounter.inc();
    var unused =
        requests.schedule(() -> result.retryForEntries(rows), pause, TimeUnit.MILLISECONDS);
  }

  /** Twice as long every time, up to a limit, and never the same for all subtasks. */
  private static long pause(int failure) {
    long longest =
        Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failure - 1, 16));
    return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
  }

  private ClickHouse server() throws InsertException {
    ClickHouse connected = server;
    if (connected == null) {
      synchronized (requests) {
        connected = server;
        if (connected == null) {
          if (closed) {
            throw new IllegalStateException("the writer is closed");
          }
          connected = ClickHouse.connect(settings);
          server = connected;
        }
      }
    }
    return connected;
  }

  private String where() {
    return "ClickHouse at " + settings.url();
  }

  @Override
  public void flush(boolean endOfInput) throws InterruptedException {
    // Everything, so that a group's offset never is ahead of the table.
    super.flush(true);
    try {
      refusals.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    requests.shutdownNow();
    refusals.close();
    synchronized (requests) {
      closed = true;
    }
    ClickHouse connected = server;
    if (connected != null) {
      connected.close();
    }
  }
}
