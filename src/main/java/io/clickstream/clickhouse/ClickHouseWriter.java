package io.clickstream.clickhouse;

import io.clickstream.clickhouse.RejectedSessions.Reason;
import io.clickstream.config.ClickHouseSettings;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
 * Sends batches, and knows what to do with those that fail: what may pass is tried again with
 * growing pauses, a batch with a row that the server refuses is halved until that row is found, and
 * what nobody can get over fails the job.
 */
@SuppressWarnings("try") // What Flink closes may be interrupted while closing.
final class ClickHouseWriter extends AsyncSinkWriter<Origin, Origin> {

  private static final Logger LOG = LoggerFactory.getLogger(ClickHouseWriter.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** How long nothing may have been taken until the job restarts, which then goes on trying. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** So many refused rows of a batch, none that is taken, nor the last: it is not the rows. */
  private static final int SUSPICIOUS = 20;

  private final ClickHouseSettings settings;
  private final RejectedSessions rejected;
  private final ScheduledExecutorService requests;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong failingSince = new AtomicLong();
  private final Counter refusedCounter;
  private final Counter retriedCounter;
  private volatile @Nullable ClickHouse server;

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
    this.rejected = rejected;
    this.requests =
        Executors.newScheduledThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "clickhouse-insert");
              thread.setDaemon(true);
              return thread;
            });
    MetricGroup group = context.metricGroup().addGroup(MetricNames.GROUP);
    this.refusedCounter = group.counter(MetricNames.REFUSED_ROWS, new ThreadSafeSimpleCounter());
    this.retriedCounter = group.counter(MetricNames.RETRIED_BATCHES, new ThreadSafeSimpleCounter());
  }

  @Override
  public void write(Origin origin, Context context) throws IOException, InterruptedException {
    byte[] value = origin.value();
    if (value == null || !isObject(value)) {
      refuse(origin, Reason.NOT_AN_OBJECT, "expected a JSON object");
    } else if (getSizeInBytes(origin) > ClickHouseSink.MAX_ROW_BYTES) {
      refuse(
          origin,
          Reason.TOO_LARGE,
          value.length + " bytes; expected at most " + ClickHouseSink.MAX_ROW_BYTES);
    } else {
      super.write(origin, context);
    }
  }

  /** The server would skip an empty line without a word, and take two objects for two rows. */
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
    Deque<List<Origin>> parts = new ArrayDeque<>();
    parts.push(rows);
    int taken = 0;
    int refused = 0;
    try {
      while (!parts.isEmpty()) {
        List<Origin> part = parts.peek();
        try {
          server().insert(part);
          parts.pop();
          taken += part.size();
        } catch (InsertException e) {
          if (e.kind() != InsertException.Kind.ROWS) {
            throw e;
          }
          parts.pop();
          if (part.size() > 1) {
            parts.push(part.subList(part.size() / 2, part.size()));
            parts.push(part.subList(0, part.size() / 2));
            continue;
          }
          if (taken == 0 && refused == SUSPICIOUS) {
            requireThatOneIsTaken(rows.get(rows.size() - 1));
            taken++;
          }
          refuse(part.get(0), Reason.REFUSED, String.valueOf(e.getMessage()));
          refused++;
        }
      }
      rejected.flush();
      failures.set(0);
      result.complete();
    } catch (InsertException e) {
      List<Origin> left = new ArrayList<>();
      parts.forEach(left::addAll);
      failed(left, result, e);
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  /** It is no loss if a row is there twice. */
  private void requireThatOneIsTaken(Origin row) throws InsertException {
    try {
      server().insert(List.of(row));
    } catch (InsertException e) {
      throw e.kind() != InsertException.Kind.ROWS
          ? e
          : e.permanent(
              "row after row is refused, has %s.%s the columns that it should have? %s"
                  .formatted(settings.database(), settings.table(), e.getMessage()));
    }
  }

  private void failed(List<Origin> rows, ResultHandler<Origin> result, InsertException e) {
    if (e.kind() != InsertException.Kind.TEMPORARY) {
      result.completeExceptionally(
          new IOException(where() + " takes no rows: " + e.getMessage(), e));
      return;
    }
    int failure = failures.incrementAndGet();
    long now = System.nanoTime();
    if (failure == 1) {
      failingSince.set(now);
    }
    Duration failing = Duration.ofNanos(now - failingSince.get());
    if (failing.compareTo(PATIENCE) > 0) {
      result.completeExceptionally(
          new IOException(
              "%s has taken no rows for %d s, in %d attempts; the last one: %s"
                  .formatted(where(), failing.toSeconds(), failure, e.getMessage()),
              e));
      return;
    }
    long pause = pause(failure);
    LOG.warn(
        "Rows are sent again: server={} rows={} attempt={} pause_ms={} cause={}",
        where(),
        rows.size(),
        failure,
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

  private void refuse(Origin origin, Reason reason, String detail) {
    LOG.warn(
        "A record is no row: partition={} offset={} reason={} detail={}",
        origin.partition(),
        origin.offset(),
        reason,
        detail);
    refusedCounter.inc();
    rejected.send(origin, reason, detail);
  }

  private ClickHouse server() throws InsertException {
    ClickHouse connected = server;
    if (connected == null) {
      synchronized (requests) {
        connected = server;
        if (connected == null) {
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
    super.flush(endOfInput);
    try {
      rejected.flush();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    requests.shutdownNow();
    rejected.close();
    ClickHouse connected = server;
    if (connected != null) {
      connected.close();
    }
  }
}
