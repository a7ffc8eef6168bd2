package io.clickstream.local;

import com.fasterxml.jackson.core.JsonGenerator;
import io.clickstream.config.SessionSettings;
import io.clickstream.ingest.Frequencies.Counted;
import io.clickstream.ingest.LateCauses;
import io.clickstream.ingest.LateCauses.Cause;
import io.clickstream.ingest.LateSample;
import io.clickstream.ingest.MappingDiagnosis;
import io.clickstream.ingest.MappingDiagnosis.Field;
import io.clickstream.ingest.MappingDiagnosis.OtherType;
import io.clickstream.ingest.MappingDiagnosis.Type;
import io.clickstream.ingest.RejectionCounts;
import io.clickstream.ingest.RejectionCounts.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * Signs of wrong settings in a replay whose numbers add up: fields that were not found, what was
 * rejected and why, and which clicks made others late.
 *
 * @param partitions of the click topic
 * @param rejected of the clicks
 * @param rejectedReference of the profiles and products
 * @param fieldProblems by our name for a field: clicks in which it could not be read
 * @param mapping what the settings found
 * @param unmarked clicks that could not wait for event time
 * @param late which clicks made others late
 */
record ReplayFindings(
    int partitions,
    RejectionCounts rejected,
    RejectionCounts rejectedReference,
    SortedMap<String, Long> fieldProblems,
    MappingDiagnosis mapping,
    long unmarked,
    LateCauses late) {

  /** Causes and details that the screen shows, of each kind. */
  private static final int SHOWN = 3;

  /** Causes and details that the summary has, of each kind. */
  private static final int WRITTEN = 10;

  /** The least number of partitions that is worth proposing, and the largest. */
  private static final long FEWEST_PARTITIONS = 4;

  private static final long MOST_PARTITIONS = 16;

  private static final long MOST_WITNESSES = 16;

  /** Lines for the end of the screen; indented ones belong to the one before. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    addRejected("records", rejected, lines);
    addRejected("profiles and products", rejectedReference, lines);
    if (!fieldProblems.isEmpty()) {
      lines.add("Fields that could not be read, left out of their clicks or mended:");
      fieldProblems.forEach((field, clicks) -> lines.add("  " + field + ": " + number(clicks)));
    }
    addLate(lines);
    lines.addAll(mapping.findings());
    if (unmarked > 0) {
      lines.add(
          "%s clicks could not wait for event time, and no session is cut at them; raise %s"
              .formatted(number(unmarked), SessionSettings.MAX_WAITING));
    }
    return lines;
  }

  /** Writes all of it as fields of an object that has begun. */
  void write(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("rejected_by_reason");
    for (Reason reason : rejected.reasons(0)) {
      json.writeNumberField(reason.reason(), reason.count());
    }
    json.writeEndObject();
    writeDetails(json, "rejected_details", rejected);
    json.writeNumberField("rejected_reference", rejectedReference.total());
    writeDetails(json, "rejected_reference_details", rejectedReference);
    json.writeObjectFieldStart("field_problems");
    for (var field : fieldProblems.entrySet()) {
      json.writeNumberField(field.getKey(), field.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("unmarked", unmarked);
    json.writeObjectFieldStart("fields_never_found");
    for (Field field : mapping.fieldsNeverFound()) {
      if (field.isMapped()) {
        json.writeStringField(field.name(), field.path());
      }
    }
    json.writeEndObject();
    json.writeArrayFieldStart("fields_not_there");
    for (Field field : mapping.fieldsNeverFound()) {
      if (!field.isMapped()) {
        json.writeString(field.name());
      }
    }
    json.writeEndArray();
    json.writeObjectFieldStart("types_never_found");
    for (Type type : mapping.typesNeverFound()) {
      json.writeStringField(type.name(), type.text());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("types_not_mapped");
    for (OtherType type : mapping.typesNotMapped()) {
      json.writeStartObject();
      json.writeStringField("type", type.text());
      json.writeNumberField("clicks", type.clicks());
      json.writeStringField("nearest", type.nearest());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("late_because_of");
    for (Cause cause : late.causes().stream().limit(WRITTEN).toList()) {
      json.writeStartObject();
      json.writeNumberField("late", cause.late());
      json.writeNumberField("clicks", cause.clicks());
      json.writeNumberField("line", cause.line());
      json.writeNumberField("timestamp", cause.timestamp());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void addRejected(String what, RejectionCounts counts, List<String> lines) {
    if (counts.total() == 0) {
      return;
    }
    lines.add("Rejected %s, in rejected-clicks.jsonl: %s".formatted(what, number(counts.total())));
    for (Reason reason : counts.reasons(SHOWN)) {
      if (reason.details().size() == 1 && reason.others() == 0) {
        lines.add(
            "  %s: %s: %s"
                .formatted(
                    reason.reason(), number(reason.count()), reason.details().get(0).text()));
        continue;
      }
      lines.add("  " + reason.reason() + ": " + number(reason.count()));
      for (Counted detail : reason.details()) {
        lines.add("    " + number(detail.count()) + ": " + detail.text());
      }
      if (reason.others() > 0) {
        lines.add("    " + number(reason.others()) + ": other details");
      }
    }
  }

  private static void writeDetails(JsonGenerator json, String name, RejectionCounts counts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Reason reason : counts.reasons(WRITTEN)) {
      for (Counted detail : reason.details()) {
        json.writeStartObject();
        json.writeStringField("reason", reason.reason());
        json.writeStringField("detail", detail.text());
        json.writeNumberField("count", detail.count());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private void addLate(List<String> lines) {
    if (late.late() == 0) {
      return;
    }
    List<Cause> causes = late.causes();
    String atLeast = late.isComplete() ? "" : "At least ";
    long rest = late.late();
    for (Cause cause : causes.subList(0, Math.min(SHOWN, causes.size()))) {
      rest -= cause.late();
      lines.add(
          "%s%s of %s clicks late because of %s at %s (line %d), %s"
              .formatted(
                  atLeast,
                  number(cause.late()),
                  number(late.clicks()),
                  cause.clicks() == 1 ? "one click" : number(cause.clicks()) + " clicks, the first",
                  Instant.ofEpochMilli(cause.timestamp()),
                  cause.line(),
                  cause.aheadMs() < 0
                      ? "where the partition begins"
                      : LateSample.shown(Duration.ofMillis(cause.aheadMs()))
                          + " ahead of all before it"));
    }
    String lateness = "--session.allowed-lateness " + roundedUp(late.latenessNeededMs());
    if (causes.isEmpty()) {
      lines.add(
          "%s of %s clicks late: the file is not in order of time"
              .formatted(number(late.late()), number(late.clicks())));
      lines.add("  What helps: sort the file by time; or " + lateness);
      return;
    }
    if (rest > 0) {
      lines.add(
          "%s of %s clicks late for other reasons: more such clicks, or a file that is not in order of time"
              .formatted(number(rest), number(late.clicks())));
    }
    long wrong = causes.stream().mapToLong(Cause::clicks).sum();
    lines.add(
        "  What helps: leave out "
            + (wrong == 1 ? "that line" : "these lines")
            + witnesses(causes)
            + (partitions <= wrong && wrong < MOST_PARTITIONS
                ? "; or try --partitions " + Math.max(FEWEST_PARTITIONS, wrong + 1)
                : "")
            + "; or "
            + lateness);
  }

  /** As many visitors as event time takes and those that are wrong besides, if they are few. */
  private String witnesses(List<Cause> causes) {
    long enough = late.witnesses() + causes.stream().mapToLong(Cause::visitors).sum();
    return enough > MOST_WITNESSES ? "" : "; or --ingest.watermark-witnesses " + enough;
  }

  /** A setting of at least this long, in the largest unit that is not much longer. */
  static String roundedUp(long ms) {
    if (ms > Duration.ofDays(2).toMillis()) {
      return ceil(ms, Duration.ofDays(1)) + "d";
    }
    if (ms > Duration.ofHours(2).toMillis()) {
      return ceil(ms, Duration.ofHours(1)) + "h";
    }
    return ceil(ms, Duration.ofMinutes(1)) + "min";
  }

  private static long ceil(long ms, Duration unit) {
    return (ms + unit.toMillis() - 1) / unit.toMillis();
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
