package io.clickstream.session.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Columns;
import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.Definitions;
import io.clickstream.model.Session;
import io.clickstream.session.Clicks;
import io.clickstream.session.DefinedClicks;
import io.clickstream.session.SessionRules;
import io.clickstream.session.SessionSamples;
import io.clickstream.session.VisitorSessions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** State with clicks that wait and with walls is read by each later release. */
class WaitingSerializerTest {

  /** What waits in {@link SessionSamples#ofCuts}. */
  private static final String WAITING_1 = "/state/waiting-1.bin";

  /** Its sessions. */
  private static final String SESSIONS_4 = "/state/sessions-4.bin";

  private static VisitorSessions sample() {
    return SessionSamples.ofCuts(
        new SessionRules(SessionSamples.CUT, SessionSamples.SETTINGS, null, new ClickBytes()));
  }

  /** Writes both files, into the folder given: run it once for a new format. */
  public static void main(String[] args) throws IOException {
    VisitorSessions sample = sample();
    Path folder = Path.of(args[0]);
    Files.write(
        folder.resolve("waiting-1.bin"),
        file(Objects.requireNonNull(sample.waiting()), new WaitingSerializer(SessionSamples.CUT)));
    Files.write(
        folder.resolve("sessions-4.bin"),
        file(sample, new VisitorSessionsSerializer(SessionSamples.CUT)));
  }

  private static <T> byte[] file(T value, TypeSerializer<T> serializer) throws IOException {
    TypeSerializerSnapshot<T> snapshot = serializer.snapshotConfiguration();
    DataOutputSerializer out = new DataOutputSerializer(64);
    out.writeInt(snapshot.getCurrentVersion());
    snapshot.writeSnapshot(out);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  /** The value in a file, as a job with another table reads it. */
  private static <T> T restored(
      String file, TypeSerializerSnapshot<T> snapshot, TypeSerializer<T> wanted)
      throws IOException {
    try (InputStream bytes = WaitingSerializerTest.class.getResourceAsStream(file)) {
      assertThat(bytes).as("the checked-in state").isNotNull();
      DataInputDeserializer in = new DataInputDeserializer(bytes.readAllBytes());
      snapshot.readSnapshot(in.readInt(), in, WaitingSerializerTest.class.getClassLoader());
      TypeSerializerSchemaCompatibility<T> compatibility =
          wanted.snapshotConfiguration().resolveSchemaCompatibility(snapshot);
      T value =
          (compatibility.isCompatibleWithReconfiguredSerializer()
                  ? compatibility.getReconfiguredSerializer()
                  : wanted)
              .deserialize(in);
      assertThat(in.available()).as("bytes that were not read").isZero();
      return value;
    }
  }

  private static VisitorSessions restored(Columns columns) throws IOException {
    VisitorSessions sessions =
        restored(
            SESSIONS_4,
            new VisitorSessionsSerializerSnapshot(),
            new VisitorSessionsSerializer(columns));
    sessions.waiting(
        restored(WAITING_1, new WaitingSerializer.Snapshot(), new WaitingSerializer(columns)));
    return sessions;
  }

  /** What comes of it when all is closed. */
  private static List<Session> closed(VisitorSessions sessions, Columns columns) {
    SessionRules rules = new SessionRules(columns, SessionSamples.SETTINGS, null, new ClickBytes());
    long watermark = Clicks.EPOCH + 1_000;
    rules.reach(watermark);
    List<Session> emitted = new ArrayList<>();
    rules.advance(
        Clicks.VISITOR,
        sessions,
        watermark,
        rules.horizon(Long.MIN_VALUE, watermark),
        emitted::add);
    assertThat(sessions.isEmpty()).isTrue();
    return emitted;
  }

  @Test
  void shouldGoOnFromKeptState() throws IOException {
    VisitorSessions sample = sample();
    VisitorSessions kept = restored(SessionSamples.CUT);

    assertThat(kept.timer).isEqualTo(Clicks.EPOCH + 30);
    assertThat(Objects.requireNonNull(kept.waiting()).count()).isEqualTo(4);
    assertThat(closed(kept, SessionSamples.CUT))
        .isEqualTo(closed(sample, SessionSamples.CUT))
        .extracting(
            session -> session.values() == null ? null : session.values().endReason().name())
        .containsExactly("MIDNIGHT", "USER", "CHANGED", "USER", "END_AFTER", "TIMEOUT");
  }

  @Test
  void shouldWriteTheBytesOfKeptState() throws IOException {
    VisitorSessions sample = sample();

    assertThat(
            file(
                Objects.requireNonNull(sample.waiting()),
                new WaitingSerializer(SessionSamples.CUT)))
        .isEqualTo(bytes(WAITING_1));
    assertThat(file(sample, new VisitorSessionsSerializer(SessionSamples.CUT)))
        .isEqualTo(bytes(SESSIONS_4));
  }

  private static byte[] bytes(String file) throws IOException {
    try (InputStream bytes = WaitingSerializerTest.class.getResourceAsStream(file)) {
      return Objects.requireNonNull(bytes).readAllBytes();
    }
  }

  /** Paths in another order, one of them gone, and another condition in front. */
  @Test
  void shouldFindByNameWhatWaitsUnderOtherCuts() throws IOException {
    Columns columns =
        Columns.of(
            Definitions.NONE.with(
                new CutDefinitions(
                    false,
                    null,
                    List.of(DefinedClicks.at("c"), DefinedClicks.at("b")),
                    DefinedClicks.where("start"),
                    DefinedClicks.where("end"),
                    null,
                    DefinedClicks.where("passive"),
                    CutDefinitions.MAX_WAITING)));

    assertThat(closed(restored(columns), columns))
        .extracting(
            session -> session.values() == null ? null : session.values().endReason().name())
        .containsExactly("MIDNIGHT", "USER", "CHANGED", "END_AFTER", "TIMEOUT");
  }

  @Test
  void shouldRefuseWhatANewerReleaseWrote() throws IOException {
    byte[] bytes = bytes(WAITING_1);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    WaitingSerializer.Snapshot snapshot = new WaitingSerializer.Snapshot();
    snapshot.readSnapshot(in.readInt(), in, getClass().getClassLoader());
    bytes[in.getPosition()]++;

    assertThatThrownBy(() -> snapshot.restoreSerializer().deserialize(in))
        .hasMessageContaining("clicks that wait of layout version=2 cannot be read");
  }
}
