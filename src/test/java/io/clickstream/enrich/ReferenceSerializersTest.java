package io.clickstream.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Origin;
import io.clickstream.model.Product;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.UserProfile;
import java.io.IOException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceSerializersTest {

  static Stream<Arguments> values() {
    ReferenceUpdate profile =
        ReferenceUpdate.ofProfile("u", new UserProfile("s", null), 0, 0, true);
    return Stream.of(
        Arguments.of(UserProfileSerializer.INSTANCE, new UserProfile("loyal", null)),
        Arguments.of(UserProfileSerializer.INSTANCE, new UserProfile(null, "gold")),
        Arguments.of(ProductSerializer.INSTANCE, new Product("ü", "Acme")),
        Arguments.of(ProductSerializer.INSTANCE, new Product(null, null)),
        Arguments.of(
            ReferencePositionSerializer.INSTANCE,
            new ReferencePosition(Integer.MAX_VALUE, Long.MAX_VALUE)),
        Arguments.of(ReferenceUpdateSerializer.INSTANCE, ReferenceUpdate.LOADED),
        Arguments.of(ReferenceUpdateSerializer.INSTANCE, profile),
        Arguments.of(
            ReferenceUpdateSerializer.INSTANCE,
            ReferenceUpdate.ofProfile("u", null, 7, 1L << 40, false)),
        Arguments.of(
            ReferenceUpdateSerializer.INSTANCE,
            ReferenceUpdate.ofProduct("p", new Product("c", "b"), 1, 2, false)),
        Arguments.of(ReferenceRecordSerializer.INSTANCE, ReferenceRecord.of(profile)),
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

  static Stream<Arguments> inState() {
    return Stream.of(
        Arguments.of(UserProfileSerializer.INSTANCE, new UserProfile("s", null), "01027300"),
        Arguments.of(ProductSerializer.INSTANCE, new Product("c", "b"), "0102630262"),
        Arguments.of(
            ReferencePositionSerializer.INSTANCE, new ReferencePosition(1, 300), "0101ac02"));
  }

  @ParameterizedTest
  @MethodSource("inState")
  <T> void shouldKeepLayoutOfVersion1(TypeSerializer<T> serializer, T value, String hex)
      throws IOException {
    assertThat(HexFormat.of().formatHex(write(serializer, value))).isEqualTo(hex);
  }

  @ParameterizedTest
  @MethodSource("inState")
  <T> void shouldRefuseLayoutOfUnknownVersion(TypeSerializer<T> serializer, T value, String hex) {
    for (byte version : new byte[] {0, 2}) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      bytes[0] = version;

      assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(bytes)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("version=" + version);
    }
  }

  private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }
}
