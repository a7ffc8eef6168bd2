package io.clickstream.trackers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.local.Program;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * What a tracker of {@code src/test/trackers} sends while it makes the visit, as a collector would
 * write it to Kafka: the body of a request or the query of one without, with the compression of its
 * transport undone.
 */
final class Capture {

  private static final Path PROGRAM = Path.of("src", "test", "trackers", "trackers");
  private static final int PATIENCE_SECONDS = 90;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Capture() {}

  /** Skips the test, or fails it in CI, where the trackers are not installed. */
  static void requireTrackers() throws IOException, InterruptedException {
    Program.require("node", "nodejs");
    Process check =
        new ProcessBuilder(PROGRAM.toString(), "check")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (check.waitFor() != 0) {
      String message = "NO TRACKERS: run .ci/install";
      System.err.println(message);
      if ("true".equals(System.getenv("CI"))) {
        throw new AssertionError(message);
      }
      Assumptions.abort(message);
    }
  }

  /** The records of a visit, in the order in which they came. */
  static List<byte[]> of(String tracker, Path directory) throws IOException, InterruptedException {
    Path requests = directory.resolve(tracker + ".jsonl");
    Path errors = directory.resolve(tracker + ".log");
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "run", tracker)
            .redirectOutput(requests.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(
            tracker + ": the visit failed: " + Files.readString(errors));
      }
    } finally {
      process.destroyForcibly();
    }
    List<byte[]> records = new ArrayList<>();
    for (String line : Files.readAllLines(requests)) {
      records.add(record(JSON.readTree(line)));
    }
    return records;
  }

  private static byte[] record(JsonNode request) throws IOException {
    if (request.get("method").textValue().equals("GET")) {
      return request.get("query").textValue().getBytes(UTF_8);
    }
    byte[] body = Base64.getDecoder().decode(request.get("body").textValue());
    // PostHog's library says nowhere that it compresses; its server looks at these bytes.
    boolean isPacked = body.length > 1 && body[0] == (byte) 0x1F && body[1] == (byte) 0x8B;
    if (!isPacked) {
      return body;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    }
  }
}
