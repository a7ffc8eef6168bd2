package io.clickstream.local;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbers of a replay, which add up.
 *
 * @param records lines of the file, as the job counted them
 * @param read clicks in these
 * @param inSessions of these
 * @param duplicates of these
 * @param late of these
 * @param rejected of these
 * @param skipped of these
 * @param sessions that exist in the end
 * @param retractions records that withdrew a session
 * @param eventsPerSecond read in a second of the job's run time
 */
record ReplayResult(
    long records,
    long read,
    long inSessions,
    long duplicates,
    long late,
    long rejected,
    long skipped,
    long sessions,
    long retractions,
    long eventsPerSecond) {

  /**
   * The sums that do not add up, if any.
   *
   * @param lines of the file
   * @param lateRecords in the late topic
   * @param rejectedRecords of clicks in the rejected topic
   * @param eventsOfSessions in the sessions that exist in the end
   */
  List<String> discrepancies(
      long lines, long lateRecords, long rejectedRecords, long eventsOfSessions) {
    List<String> found = new ArrayList<>();
    if (records != lines) {
      found.add("records is " + records + ", but the file has " + lines + " lines");
    }
    if (read != inSessions + duplicates + late + rejected + skipped) {
      found.add(
          "read is %d, but in_sessions + duplicates + late + rejected + skipped is %d + %d + %d +"
                  .formatted(read, inSessions, duplicates, late)
              + " %d + %d".formatted(rejected, skipped));
    }
    if (late != lateRecords) {
      found.add("late is " + late + ", but the late topic has " + lateRecords + " records");
    }
    if (rejected != rejectedRecords) {
      found.add(
          "rejected is "
              + rejected
              + ", but the rejected topic has "
              + rejectedRecords
              + " records of clicks");
    }
    if (inSessions != eventsOfSessions) {
      found.add(
          "in_sessions is "
              + inSessions
              + ", but the sessions hold "
              + eventsOfSessions
              + " events");
    }
    return found;
  }

  /** Writes {@code summary.json}: these numbers, and behind them what was found. */
  void write(Path file, ReplayFindings findings) throws IOException {
    try (JsonGenerator json =
        new JsonFactory()
            .createGenerator(file.toFile(), JsonEncoding.UTF8)
            .useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField("records", records);
      json.writeNumberField("read", read);
      json.writeNumberField("in_sessions", inSessions);
      json.writeNumberField("duplicates", duplicates);
      json.writeNumberField("late", late);
      json.writeNumberField("rejected", rejected);
      json.writeNumberField("skipped", skipped);
      json.writeNumberField("sessions", sessions);
      json.writeNumberField("retractions", retractions);
      json.writeNumberField("events_per_second", eventsPerSecond);
      findings.write(json);
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
