package io.clickstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.OutputRecord;
import io.clickstream.model.OutputRecord.Header;
import io.clickstream.model.OutputTopic;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutputRecordSerializerTest {

  static Stream<OutputRecord> records() {
    return Stream.of(
        new OutputRecord(OutputTopic.SESSIONS, new byte[] {1}, new byte[] {2, 3}, List.of(), 7)
            .dueAt(1_800_000_000_000L),
        new OutputRecord(OutputTopic.LATE, null, new byte[0], List.of(), Integer.MIN_VALUE),
        new OutputRecord(
            OutputTopic.REJECTED,
            new byte[0],
            null,
            List.of(new Header("reason", ""), new Header("detail", "größer")),
            Integer.MAX_VALUE),
        new OutputRecord(OutputTopic.REJECTED, null, new byte[1 << 21], List.of(), -1));
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldReadWhatItWrote(OutputRecord record) throws IOException {
    // Given
    DataOutputSerializer out = new DataOutputSerializer(64);

    // When
    OutputRecordSerializer.INSTANCE.serialize(record, out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    OutputRecord read = OutputRecordSerializer.INSTANCE.deserialize(in);

    // Then
    assertThat(read)
        .usingRecursiveComparison()
        // Byte by byte through boxes takes seconds.
        .withEqualsForType(Arrays::equals, byte[].class)
        .isEqualTo(record);
    assertThat(in.available()).isZero();
  }
}
