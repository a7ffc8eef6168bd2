package io.clickstream.tools.inspect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.CommandRun;
import io.clickstream.config.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedSampleTest {

  @TempDir private Path directory;

  private static Sample sample(List<ConsumerRecord<byte[], byte[]>> records) {
    return new Sample("topic clicks, 2 partitions", false, records);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      int partition, long time, @Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(UTF_8);
    return new ConsumerRecord<>(
        "clicks",
        partition,
        0,
        time,
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        bytes == null ? ConsumerRecord.NULL_SIZE : bytes.length,
        null,
        bytes,
        new RecordHeaders(),
        Optional.empty());
  }

  private Path file() {
    return directory.resolve("clicks.jsonl");
  }

  @Test
  void shouldWriteRecordsOfAllPartitionsInTheOrderOfTheirTimes() throws IOException {
    Files.writeString(file(), "what was there before, and is longer than what comes\n".repeat(9));

    int leftOut =
        SavedSample.write(
            sample(
                List.of(
                    record(0, 10, "{\"a\":1}"),
                    record(0, 30, "{\"a\":3}"),
                    record(1, 20, "{\"a\":2}"),
                    record(1, 30, "{\"a\":4}"))),
            file());

    assertThat(file()).hasContent("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n");
    assertThat(leftOut).isZero();
  }

  @Test
  void shouldWriteOneLineForEachRecordWhereThatMeansTheSame() throws IOException {
    int leftOut =
        SavedSample.write(
            sample(
                List.of(
                    record(0, 1, "\n {\r\n  \"a\": \"\u00fc\"\n}\n"),
                    record(0, 2, null),
                    record(0, 3, "\u0000\u0000\u0000\u0000\n{}"),
                    record(0, 4, "\u0000\u0000\u0000\u0000*{}"),
                    record(0, 5, "[1,\n2]"))),
            file());

    assertThat(Files.readString(file()))
        .isEqualTo("  {\r   \"a\": \"\u00fc\" } \n\n\u0000\u0000\u0000\u0000*{}\n[1, 2]\n");
    assertThat(leftOut).isEqualTo(1);
  }

  @Test
  void shouldSayThatTheFileCannotBeWritten() {
    Path file = directory.resolve("none").resolve("clicks.jsonl");
    Sample sample = sample(List.of(record(0, 1, "{}")));

    assertThatThrownBy(() -> SavedSample.write(sample, file))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "--save %s: writing failed with NoSuchFileException; check that its directory exists,"
                + " and the permissions.",
            file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--file=config/examples/segment.jsonl", "--format=segment"})
  void shouldRefuseToKeepWhatIsNoTopic(String source) {
    CommandRun run = CommandRun.of("inspect", source, "--save", file().toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("--save " + file() + ": expected with records of a topic");
    assertThat(file()).doesNotExist();
  }
}
