package io.clickstream.tools.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.CommandRun;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command over files; with brokers see {@link InspectIT}. */
class InspectTest {

  private static final long T0 = 1_795_740_800_000L;

  @TempDir private Path directory;

  // ---- settings to start from

  @Test
  void shouldPrintTheSmallestSettingsWhenRecordsAreAsOurs() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            "{'event_type':'page_view','timestamp':%d,'anonymous_id':'a','page_url':'/x'}"
                .formatted(T0));

    CommandRun run = inspect(file);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .startsWith("1 records of file " + file)
        .containsPattern("(?m)^  json +1 of 1 +1 +4 of \\d+$")
        .contains("The best format is json.")
        .endsWith("Nothing looks wrong.");
    assertThat(run.out())
        .contains("bootstrap-servers: localhost:9092  # replace it by yours")
        .doesNotContain("guess");
    assertReadAgain(run, file, "1 of 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"segment", "snowplow", "ga4", "posthog", "amplitude", "mixpanel", "matomo"})
  void shouldFindTheFormatOfATracker(String format) {
    CommandRun run = inspect(Path.of("config", "examples", format + ".jsonl"));

    assertThat(run.err()).contains("The best format is " + format + ".");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("  format: " + format);
  }

  @Test
  void shouldPrintTheSettingsThatAFormatStandsFor() {
    CommandRun run = CommandRun.of("inspect", "--format", "segment");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("# ingest.format: segment").contains("  clicks-at: batch");
    CommandRun wrong = CommandRun.of("inspect", "--format", "json");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith(
            "--format json: expected one of amplitude, ga4, matomo, mixpanel, posthog, segment,"
                + " snowplow");
  }

  @Test
  void shouldGuessAMappingAndMarkItWhenNoFormatFits() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      lines.add(
          ("{'what':{'action':'%s'},'ts':%d,'customer':{'id':null},'device':{'device_id':'d%d'},'id':'e-%d',"
                  + "'page':{'url':'https://shop.example/p/%d'},'ua':'Mozilla/5.0 (X11)','cur':'EUR',"
                  + "'item':{'sku':'s%d','qty':2,'unit_price':'9.90'},'ref':'https://search.example/'}")
              .formatted(i % 2 == 0 ? "Product Viewed" : "pageview", T0 + i, i % 5, i, i, i % 7));
    }
    Path file = write("clicks.jsonl", lines);

    CommandRun run = inspect(file);

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .contains("No format fits. Guessed by the names and values in the records; check each:");
    assertThat(run.out())
        .contains("    anonymous_id: device.device_id  # guess: 50 of 50 have it")
        .contains("    event_type: what.action  # guess: 50 of 50 have it")
        .contains("    timestamp: ts  # guess: 50 of 50 have it")
        .contains("    event_id: id  # guess: 50 of 50 have it")
        .contains("    page_url: page.url  # guess")
        .contains("    referrer: ref  # guess")
        .contains("    product_id: item.sku  # guess")
        .contains("    quantity: item.qty  # guess")
        .contains("    price: item.unit_price  # guess")
        .contains("    user_agent: ua  # guess")
        .contains("    page_view: pageview  # guess")
        .contains("    product_view: Product Viewed  # guess");
    assertReadAgain(run, file, "50 of 50");
  }

  /** A guess is only printed: the job of the same file without it reads nothing. */
  @Test
  void shouldNeverUseAGuessByItself() throws IOException {
    Path file = write("clicks.jsonl", "{'type':'page','ts':%d,'device_id':'d'}".formatted(T0));

    CommandRun run = inspect(file, "--ingest.fields.event_type", "kind");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("FIELD_MISSING").doesNotContain("guess");
  }

  /** The topic of page views of Confluent's tutorials: neither a type nor a time. */
  @Test
  void shouldGuessAConstantTypeAndTheTimeOfTheRecord() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            "{'product_id':'p','user_id':'u1','view_time':31,'page_url':'https://shop.example/p','ip':'10.0.0.1'}");

    CommandRun run = inspect(file);

    assertThat(run.out())
        .contains("    event_type: page_view  # guess: no field looks like a type")
        .contains("    timestamp: '@kafka'  # guess: no field looks like a time");
  }

  @Test
  void shouldProposeTypesThatAreCalledNearlyAsOurs() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            "{'event_type':'Product Viewed','timestamp':%d,'anonymous_id':'a'}".formatted(T0));

    CommandRun run = inspect(file);

    assertThat(run.out())
        .contains("    product_view: Product Viewed  # guess: called alike; 1 clicks");
    assertReadAgain(run, file, "1 of 1");
  }

  @Test
  void shouldQuoteWhatYamlWouldTakeForSomethingElse() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            "{'event.type':'page_view','timestamp':%d,'device-id: #1':{'device_id':'a'}}"
                .formatted(T0));

    CommandRun run = inspect(file);

    assertThat(run.out()).contains("    event_type: '\"event.type\"'  # guess");
    assertThat(run.out()).contains("    anonymous_id: 'device-id: #1.device_id'  # guess");
  }

  // ---- diagnosis of settings

  @Test
  void shouldJudgeTheSettingsThatAreGiven() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            IntStream.range(0, 5)
                .mapToObj(
                    i ->
                        "{'type':'Product Viewed','ts':%d,'aid':'d1','properties':{'url':'/%d'}}"
                            .formatted(T0 + i, i))
                .toList());
    Path config =
        Files.writeString(
            directory.resolve("config.yaml"),
            """
            ingest:
              fields: {event_type: type, timestamp: ts, anonymous_id: aid, page_url: propertes.url}
              event-types: {product_view: product viewed}
            """
                .replace("{", "\n    ")
                .replace("}", "")
                .replace(", ", "\n    "));

    CommandRun run = inspect(file, "--config", config.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("With the settings that are given:")
        .contains("page_url (propertes.url): in none of 5 clicks")
        .contains("product_view (product viewed): in none of 5 clicks")
        .contains("Product Viewed: 5; do you mean ingest.event-types.product_view: Product Viewed");
  }

  @Test
  void shouldNameTheClickThatMakesOthersLate() throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("{'event_type':'page_view','timestamp':%d,'anonymous_id':'a'}".formatted(T0));
    lines.add(
        "{'event_type':'page_view','timestamp':%d,'anonymous_id':'b'}"
            .formatted(T0 + 4 * 3_600_000L));
    lines.add("{'event_type':'page_view','timestamp':%d,'anonymous_id':'a'}".formatted(T0 + 1));
    Path file = write("clicks.jsonl", lines);

    assertThat(inspect(file).err()).contains("because of one click at").contains("(line 2), 4 h");
  }

  // ---- mistakes

  @Test
  void shouldSayWhatIsWrongWithAFile() throws IOException {
    Path none = directory.resolve("none.jsonl");
    Path empty = Files.createFile(directory.resolve("empty.jsonl"));

    assertFails(
        inspect(none),
        "--file %s: there is no such file; expected a file with one record a line."
            .formatted(none));
    assertFails(
        inspect(directory),
        "--file %s: this is a directory; expected a file with one record a line."
            .formatted(directory));
    assertFails(
        inspect(empty),
        "--file %s: the file is empty; expected a file with one record a line.".formatted(empty));
  }

  @Test
  void shouldSayWhatIsMissingOrWrongOnTheCommandLine() {
    assertThat(CommandRun.of("inspect", "--topic", "clicks"))
        .satisfies(run -> assertThat(run.exitCode()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).startsWith("--bootstrap-servers is missing: "));
    assertThat(CommandRun.of("inspect", "--file", "x", "--sample", "0").err())
        .startsWith("--sample 0: expected 1 to 100000");
    assertThat(CommandRun.of("inspect", "--file", "x", "--topic", "y").err())
        .startsWith("--topic=TOPIC, --file=FILE: expected one of them");
    assertThat(CommandRun.of("inspect", "--file", "x", "--ingest.feilds.user_id", "y").err())
        .contains("ingest.fields");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "[]", "{}", "\u0000\u0001", "7", "{'a':{'b':[1,2]}}", ""})
  void shouldSayThatNoRecordBecomesAClick(String line) throws IOException {
    CommandRun run = inspect(write("clicks.jsonl", line));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("no record becomes a click").contains("Rejected: 1");
    assertThat(run.out()).contains("become clicks").doesNotContain("guess");
  }

  @Test
  void shouldReadNoMoreThanTheSample() throws IOException {
    Path file =
        write(
            "clicks.jsonl",
            IntStream.range(0, 20)
                .mapToObj(
                    i ->
                        "{'event_type':'page_view','timestamp':%d,'anonymous_id':'a'}"
                            .formatted(T0 + i))
                .toList());

    assertThat(inspect(file, "--sample", "7").err()).startsWith("7 records of file");
  }

  /** Whatever stands in a file, the command ends with a message, and its settings can be read. */
  @Property(tries = 150)
  void shouldEndWithAMessageWhateverTheRecords(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes =
        ("{\"type\":\"page: view\",\"ts\":1795740800000,\"device_id\":\"d\",\"a.b\":{\"url\":\"/x\"}}\n"
                + "[{\"event\":\"x\",\"time\":1795740800.5,\"user\":{\"id\":7}}]\n")
            .getBytes(UTF_8);
    for (int i = random.nextInt(12); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          (byte)
              (random.nextBoolean()
                  ? "\"{}[]:,'#&*!|>%@`\\ \n".charAt(random.nextInt(19))
                  : random.nextInt(256));
    }
    Path file = Files.createTempFile("clicks", ".jsonl");
    try {
      Files.write(file, bytes);
      CommandRun run = inspect(file);

      assertThat(run.exitCode()).isBetween(0, 1);
      assertThat(run.err()).contains("records of file").doesNotContain("\tat ");
      assertReadable(run.out());
    } finally {
      Files.delete(file);
    }
  }

  // ----

  private static CommandRun inspect(Path file, String... more) {
    List<String> arguments = new ArrayList<>(List.of("inspect", "--file", file.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments, new java.io.StringWriter());
  }

  /** The settings that were printed are valid, and find what was promised. */
  private void assertReadAgain(CommandRun run, Path file, String clicks) throws IOException {
    Path config = Files.writeString(directory.resolve("printed.yaml"), run.out());
    assertReadable(run.out());
    CommandRun again = inspect(file, "--config", config.toString());

    assertThat(again.err()).containsPattern("(?m)^  (as given|json) +" + clicks);
    assertThat(again.exitCode()).isZero();
  }

  private static void assertReadable(String yaml) throws IOException {
    Path config = Files.createTempFile("printed", ".yaml");
    try {
      Files.writeString(config, yaml);
      assertThat(
              SettingsReader.read(Invocation.of("--config", config.toString()), Map.of())
                  .settings()
                  .sink()
                  .transactionalIdPrefix())
          .isEqualTo("clickstream");
    } finally {
      Files.delete(config);
    }
  }

  private static void assertFails(CommandRun run, String message) {
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo(message);
  }

  private Path write(String name, String... lines) throws IOException {
    return write(name, List.of(lines));
  }

  /** Lines with ' for ". */
  private Path write(String name, List<String> lines) throws IOException {
    return Files.write(
        directory.resolve(name), lines.stream().map(line -> line.replace('\'', '"')).toList());
  }
}
