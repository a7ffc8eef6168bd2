package io.clickstream.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When the JobManager triggered and completed the checkpoints of a job, by its log. */
final class CheckpointLog {

  /** Where in the life of a checkpoint a moment lies. */
  enum Phase {
    /** None is under way, and the next one is nearer than the last. */
    BEFORE_BARRIER,
    /** One is triggered and not complete: what it covers is written and not committed. */
    BEFORE_COMMIT,
    /** None is under way, and one has just completed: its transactions are being committed. */
    AFTER_COMMIT,
    /** There was no checkpoint yet. */
    NONE
  }

  private final List<Long> triggered;
  private final List<Long> completed;

  private CheckpointLog(List<Long> triggered, List<Long> completed) {
    this.triggered = triggered;
    this.completed = completed;
  }

  static CheckpointLog of(String log, String job) {
    return new CheckpointLog(times("Triggering", job, log), times("Completed", job, log));
  }

  private static List<Long> times(String what, String job, String log) {
    List<Long> times = new ArrayList<>();
    boolean objects = log.startsWith("{");
    Pattern pattern =
        Pattern.compile(
            (objects ? "^\\{\"@timestamp\":\"([^\"]+)\".*\"" : "^(\\d{13}) .*")
                + what
                + " checkpoint \\d+ (?:.* )?for job "
                + job,
            Pattern.MULTILINE);
    for (Matcher line = pattern.matcher(log); line.find(); ) {
      String time = line.group(1);
      times.add(objects ? Instant.parse(time).toEpochMilli() : Long.parseLong(time));
    }
    return times;
  }

  /** The phase at a moment, epoch ms. */
  Phase at(long time) {
    long lastTriggered = lastBefore(triggered, time);
    long lastCompleted = lastBefore(completed, time);
    if (lastTriggered == Long.MIN_VALUE) {
      return Phase.NONE;
    }
    if (lastTriggered > lastCompleted) {
      return Phase.BEFORE_COMMIT;
    }
    long interval = intervalMs();
    return time - lastCompleted > interval / 2 ? Phase.BEFORE_BARRIER : Phase.AFTER_COMMIT;
  }

  private static long lastBefore(List<Long> times, long time) {
    long last = Long.MIN_VALUE;
    for (long each : times) {
      if (each <= time) {
        last = each;
      }
    }
    return last;
  }

  /** The usual time from one trigger to the next. */
  private long intervalMs() {
    return triggered.size() < 2
        ? 0
        : (triggered.get(triggered.size() - 1) - triggered.get(0)) / (triggered.size() - 1);
  }

  /** The first completion of a checkpoint that was triggered after a moment, or -1. */
  long firstCompletedAfter(long time) {
    for (long begun : triggered) {
      if (begun > time) {
        for (long end : completed) {
          if (end >= begun) {
            return end;
          }
        }
      }
    }
    return -1;
  }

  /** How many were triggered. */
  int triggered() {
    return triggered.size();
  }

  /** How many have completed. */
  int completed() {
    return completed.size();
  }
}
