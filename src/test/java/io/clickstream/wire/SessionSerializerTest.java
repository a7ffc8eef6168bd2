package io.clickstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.enrich.EnrichSamples;
import io.clickstream.model.EndReason;
import io.clickstream.model.Money;
import io.clickstream.model.Session;
import io.clickstream.model.SessionFacts;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionSerializerTest {

  /** {@link EnrichSamples#fullSession()} as the first release wrote it into savepoints. */
  private static final String VERSION_1 =
      "AQGMwlH0AHq8je8BI0VniasDAAVzaG9wAAR1LTGA0I+lmGMBkLkHAgR1LTEEZC0xKRUDBAUGBwgJAgRFVVIE"
          + "BAHiOgRVU0QEAgcKCwcvZW50cnkGL2V4aXQaaHR0cHM6Ly9leGFtcGxlLm9yZy8/cT3DvAtuZXdzbGV0dGVy"
          + "BW1haWwHc3ByaW5nB21vYmlsZQNERRVNb3ppbGxhLzUuMCAicXVvdGVkIgIEcC0xAQIDBHAtMpADBQYB";

  /** The same with whether all orders were counted. */
  private static final String VERSION_2 = "Ag" + VERSION_1.substring(2) + "AA==";

  static Stream<Session> sessions() {
    SessionFacts extreme =
        new SessionFacts(
            EnrichSamples.START,
            EndReason.MAX_DURATION,
            null,
            null,
            Long.MAX_VALUE,
            0,
            1000,
            0,
            0,
            0,
            0,
            0,
            0,
            List.of(
                new Money("", new BigDecimal("-0.000000000000000001")),
                new Money("XXX", BigDecimal.ZERO),
                new Money("YYY", new BigDecimal("1E+3"))),
            0,
            0,
            "",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            false,
            true);
    return Stream.of(
        EnrichSamples.fullSession(),
        EnrichSamples.session(1, "v", null),
        EnrichSamples.retraction(1, "v", 2),
        new Session(
            EnrichSamples.id(3),
            Integer.MAX_VALUE,
            null,
            EnrichSamples.device("ä\uD83D\uDE00"),
            EnrichSamples.START,
            extreme));
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void shouldReadWhatItWrote(Session session) throws IOException {
    // When
    byte[] bytes = write(session);

    // Then
    assertThat(read(bytes)).isEqualTo(session);
    assertThat(write(read(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("sessions")
  void shouldCopyBytesOfOneValueOnly(Session session) throws IOException {
    // Given
    byte[] one = write(session);
    byte[] two = new byte[one.length * 2];
    System.arraycopy(one, 0, two, 0, one.length);
    System.arraycopy(one, 0, two, one.length, one.length);
    DataInputDeserializer in = new DataInputDeserializer(two);
    DataOutputSerializer out = new DataOutputSerializer(16);

    // When
    SessionSerializer.INSTANCE.copy(in, out);

    // Then
    assertThat(out.getCopyOfBuffer()).isEqualTo(one);
    assertThat(in.available()).isEqualTo(one.length);
  }

  @Test
  void shouldReadVersion1() throws IOException {
    // Given
    byte[] bytes = Base64.getDecoder().decode(VERSION_1);

    // When
    Session session = read(bytes);

    // Then
    assertThat(session).isEqualTo(EnrichSamples.fullSession());
  }

  @Test
  void shouldReadVersion2() throws IOException {
    // Given
    byte[] bytes = Base64.getDecoder().decode(VERSION_2);

    // When
    Session session = read(bytes);

    // Then
    assertThat(session).isEqualTo(EnrichSamples.fullSession());
    assertThat(Base64.getEncoder().encodeToString(write(EnrichSamples.fullSession())))
        .isEqualTo(VERSION_2);
  }

  @Test
  void shouldRefuseVersionWhenItIsNewer() throws IOException {
    // Given
    byte[] bytes = write(EnrichSamples.fullSession());
    bytes[0]++;

    // When, Then
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version=3")
        .hasMessageContaining("newer release");
  }

  @Test
  void shouldRestoreItselfFromItsSnapshot() {
    // Given
    TypeSerializerSnapshot<Session> snapshot = SessionSerializer.INSTANCE.snapshotConfiguration();

    // When, Then
    assertThat(snapshot.restoreSerializer()).isEqualTo(SessionSerializer.INSTANCE);
    assertThat(
            new SessionSerializer()
                .snapshotConfiguration()
                .resolveSchemaCompatibility(snapshot)
                .isCompatibleAsIs())
        .isTrue();
  }

  private static byte[] write(Session session) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    SessionSerializer.INSTANCE.serialize(session, out);
    return out.getCopyOfBuffer();
  }

  private static Session read(byte[] bytes) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    Session session = SessionSerializer.INSTANCE.deserialize(in);
    assertThat(in.available()).isZero();
    return session;
  }
}
