package io.clickstream.registry;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registry that is waited for: without the schema of a record nothing can be said of it, and a
 * record that was rejected for the registry's sake would be lost to the sessions.
 *
 * <p>It asks again after a tenth of a second, then after twice as long each time, up to 5 s. A log
 * line says so every 30 s. Meanwhile the thread does nothing else: a source subtask reads nothing,
 * and the checkpoints that it takes part in wait as well. An interrupt, as that of a task that is
 * cancelled, ends the wait.
 */
public final class WaitingRegistry implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(WaitingRegistry.class);

  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 5_000;
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final SchemaRegistry registry;

  public WaitingRegistry(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * The schema of an id, however long the registry takes.
   *
   * @return null if the registry does not know it
   * @throws WaitInterruptedException if the thread is interrupted while it waits
   */
  public @Nullable RegisteredSchema schema(int id) {
    long pause = FIRST_PAUSE_MS;
    long start = System.nanoTime();
    long nextLog = start;
    try {
      while (true) {
        try {
          RegisteredSchema schema = registry.schema(id);
          if (pause > FIRST_PAUSE_MS) {
            LOG.info("The schema registry has answered, reading goes on: waited_ms={}", ms(start));
          }
          return schema;
        } catch (RegistryException e) {
          if (System.nanoTime() - nextLog >= 0) {
            nextLog = System.nanoTime() + LOG_INTERVAL.toNanos();
            LOG.warn(
                "Waiting for the schema registry, nothing is read meanwhile: schema_id={}"
                    + " waited_ms={} reason={}",
                id,
                ms(start),
                e.getMessage());
          }
        }
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WaitInterruptedException(e);
    }
  }

  private static long ms(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }
}
