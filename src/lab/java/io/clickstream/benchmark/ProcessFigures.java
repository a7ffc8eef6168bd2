package io.clickstream.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The share of the machine that this process uses. */
final class ProcessFigures {

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "VmHWM:";

  private ProcessFigures() {}

  /** The processor time of all its threads so far. */
  static long cpuNanos() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      return system.getProcessCpuTime();
    }
    throw new IllegalStateException("this JVM does not tell its processor time");
  }

  /** From now on the peak is that of what follows. */
  static void forgetPeak() {
    try {
      if (Files.isWritable(CLEAR_REFS)) {
        Files.writeString(CLEAR_REFS, "5");
      }
    } catch (IOException e) {
      // Then the peak is that of the life of the process.
    }
  }

  /** The largest resident set, or null where the system does not tell. */
  static @Nullable Long peakRssBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(PEAK)) {
          return 1024 * Long.parseLong(line.substring(PEAK.length()).replace("kB", "").strip());
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
