package io.clickstream.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The share of the machine that others than the benchmark used since this was made: with more than
 * a little, only ratios and processor times mean anything.
 */
final class OtherLoad {

  private static final Path STAT = Path.of("/proc/stat");
  private static final int IDLE = 3;
  private static final int IOWAIT = 4;
  private static final int STEAL = 7;
  private static final double TICKS_A_SECOND = 100;

  private final List<Long> own;
  private final long @Nullable [] before;
  private final double ownBefore;

  /**
   * Begins to look.
   *
   * @param own processes of the benchmark, beside this one
   */
  OtherLoad(List<Long> own) {
    this.own = own;
    this.before = ticks();
    this.ownBefore = ownSeconds();
  }

  /** From 0 to 1, or null where the system does not tell. */
  @Nullable Double share() {
    long[] after = ticks();
    if (before == null || after == null) {
      return null;
    }
    double all = 0;
    double busy = 0;
    for (int i = 0; i <= STEAL; i++) {
      double seconds = (after[i] - before[i]) / TICKS_A_SECOND;
      all += seconds;
      busy += i == IDLE || i == IOWAIT ? 0 : seconds;
    }
    return all <= 0 ? null : Math.max(0, Math.min(1, (busy - (ownSeconds() - ownBefore)) / all));
  }

  private double ownSeconds() {
    double seconds = seconds(ProcessHandle.current());
    for (long pid : own) {
      seconds += ProcessHandle.of(pid).map(OtherLoad::seconds).orElse(0.0);
    }
    return seconds;
  }

  private static double seconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L) / 1000.0;
  }

  /** User, nice, system, idle, iowait, irq, softirq, steal of all processors together. */
  private static long @Nullable [] ticks() {
    try {
      String[] fields = Files.readAllLines(STAT).get(0).split(" +");
      return Arrays.stream(fields, 1, STEAL + 2).mapToLong(Long::parseLong).toArray();
    } catch (IOException e) {
      return null;
    }
  }
}
