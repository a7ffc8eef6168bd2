package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceSerializersTest {

  static Stream<Arguments> values() {
    ReferenceUpdate profile =
        ReferenceUpdate.ofProfile("u", new UserProfile("s", null), 0, 0, true);
    return Stream.of(
        Arguments.of(
            ReferenceSummarySerializer.INSTANCE, new ReferenceSummary(true, Integer.MAX_VALUE)),
        Arguments.of(ReferenceSummarySerializer.INSTANCE, new ReferenceSummary(false, 0)),
        Arguments.of(
            ReferenceBlockSerializer.INSTANCE, ReferenceBlock.ofEncoded(new byte[] {1, 2})),
        Arguments.of(ReferenceUpdateSerializer.INSTANCE, ReferenceUpdate.LOADED),
        Arguments.of(ReferenceUpdateSerializer.INSTANCE, profile),
        Arguments.of(
            ReferenceUpdateSerializer.INSTANCE,
            ReferenceUpdate.ofProfile("u", null, 7, 1L << 40, false)),
        Arguments.of(
            ReferenceUpdateSerializer.INSTANCE,
            ReferenceUpdate.ofProduct("p", new Product("ü", "b"), 1, 2, false)),
        Arguments.of(
            ReferenceUpdateSerializer.INSTANCE,
            ReferenceUpdate.ofProduct("p", new Product(null, null), 1, 2, false)),
        Arguments.of(ReferenceRecordSerializer.INSTANCE, ReferenceRecord.of(profile)),
        Arguments.of(
            ReferenceRecordSerializer.INSTANCE,
            ReferenceRecord.of(profile, Set.of("segment", "tier"))),
        Arguments.of(
            ReferenceRecordSerializer.INSTANCE,
            ReferenceRecord.of(
                new Rejection(
                    RejectionReason.TOO_LARGE,
                    "value",
                    new Origin("t", 2, 3, null, new byte[] {1, 2})))));
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void shouldReadWhatItWrote(TypeSerializer<T> serializer, T value) throws IOException {
    // When
    DataInputDeserializer in = new DataInputDeserializer(write(serializer, value));
    T read = serializer.deserialize(in);

    // Then
    assertThat(read).usingRecursiveComparison().isEqualTo(value);
    assertThat(in.available()).isZero();
    assertThat(serializer.snapshotConfiguration().restoreSerializer()).isEqualTo(serializer);
  }

  @Test
  void shouldKeepLayoutOfSummaries() throws IOException {
    assertThat(write(ReferenceSummarySerializer.INSTANCE, new ReferenceSummary(true, 300)))
        .isEqualTo(HexFormat.of().parseHex("0101ac02"));
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 2})
  void shouldRefuseSummaryOfUnknownVersion(byte version) {
    byte[] bytes = {version, 1, 0};

    assertThatThrownBy(
            () -> ReferenceSummarySerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version=" + version);
  }

  @Test
  void shouldRefuseBlockThatIsNotThere() {
    assertThatThrownBy(
            () ->
                ReferenceBlockSerializer.INSTANCE.deserialize(
                    new DataInputDeserializer(new byte[] {0})))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("corrupt");
  }

  @Test
  void shouldCopyNothingOfBlock() {
    ReferenceBlock block = ReferenceBlock.of(List.of());

    assertThat(ReferenceBlockSerializer.INSTANCE.copy(block)).isSameAs(block);
  }

  private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
