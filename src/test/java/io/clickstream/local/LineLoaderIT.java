package io.clickstream.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LineLoaderIT {

  private static EmbeddedBroker broker;

  @TempDir private Path directory;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(LocalTopics.BROKER);
  }

  @AfterAll
  static void closeBroker() {
    broker.close();
  }

  @Test
  void shouldLoadEveryLineByteForByteInOrder() throws IOException {
    // Given
    broker.createTopic("lines", 1);

    // When
    long lines = load("lines", 1, null, "one\n\n two \r\n\uFFFD é\nlast");

    // Then
    assertThat(lines).isEqualTo(5);
    assertThat(records("lines"))
        .containsExactly("null=one", "null=", "null= two \r", "null=\uFFFD é", "null=last");
  }

  @Test
  void shouldNotTakeTheLastLineBreakForALine() throws IOException {
    broker.createTopic("ended", 1);

    assertThat(load("ended", 1, null, "one\n")).isEqualTo(1);
    assertThat(records("ended")).containsExactly("null=one");
  }

  @Test
  void shouldSpreadLinesInTurnWhenThereAreSeveralPartitions() throws IOException {
    broker.createTopic("spread", 2);

    load("spread", 2, null, "1\n2\n3\n4\n5\n");

    assertThat(records("spread")).containsExactly("null=1", "null=3", "null=5", "null=2", "null=4");
  }

  @Test
  void shouldKeyLinesByAFieldWhenTheyHaveOne() throws IOException {
    broker.createTopic("keyed", 1);

    load(
        "keyed",
        1,
        "user_id",
        """
        {"a":{"user_id":"no"},"user_id":"yes"}
        {"user_id":7}
        {"user_id":null}
        {"user_id":["x"]}
        ["user_id"]
        {"user_id
        {}
        """);

    assertThat(records("keyed"))
        .extracting(record -> record.substring(0, record.indexOf('=')))
        .containsExactly("yes", "7", "null", "null", "null", "null", "null");
  }

  @Test
  void shouldLoadALineOfSixteenMegabytesAndRefuseOneOfThirtyTwo() throws IOException {
    // Given
    broker.createTopic("long", 1);
    byte[] line = new byte[32 << 20];
    Arrays.fill(line, (byte) 'x');
    Path file = directory.resolve("long.jsonl");

    // When
    Files.write(file, Arrays.copyOf(line, 16 << 20));
    long loaded = loader().load(file, "long", 1, null, (lines, bytes) -> {});

    // Then
    assertThat(loaded).isEqualTo(1);
    assertThat(records("long"))
        .singleElement()
        .extracting(String::length)
        .isEqualTo((16 << 20) + 5);
    Files.write(file, line);
    assertThatThrownBy(() -> loader().load(file, "long", 1, null, (lines, bytes) -> {}))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(file + ": line 1 is longer than 30 MB; expected one JSON object a line.");
  }

  private long load(String topic, int partitions, @Nullable String keyField, String content)
      throws IOException {
    Path file = Files.writeString(directory.resolve(topic), content);
    return loader().load(file, topic, partitions, keyField, (lines, bytes) -> {});
  }

  private static LineLoader loader() {
    return new LineLoader(broker.bootstrapServers());
  }

  private static List<String> records(String topic) throws IOException {
    List<String> records = new ArrayList<>();
    new TopicReader(broker.bootstrapServers())
        .read(
            topic,
            record ->
                records.add(
                    (record.key() == null ? "null" : new String(record.key(), UTF_8))
                        + "="
                        + new String(record.value(), UTF_8)));
    return records;
  }
}
