package io.clickstream.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Click;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IngestSerializersTest {

  private static final Visitor DEVICE = new Visitor(null, VisitorKind.DEVICE, "d");

  private static final Origin ORIGIN =
      new Origin("raw-clicks", 23, 1L << 40, new byte[] {0, -1}, new byte[] {1, 2, 3});

  private static final Click FULL =
      new Click(
          new Visitor("web", VisitorKind.DEVICE, "d-1"),
          1_767_268_800_000L,
          "e",
          EventKind.PURCHASE,
          "u-ü",
          "d-1",
          "https://shop.example/漢字/😀",
          "r",
          "s",
          "m",
          "c",
          "p",
          3,
          new BigDecimal("-123456789012345.123456789012345678"),
          "EUR",
          "ua",
          "mobile",
          "DE",
          ORIGIN);

  private static Click bare(Visitor visitor, String userId, String anonymousId) {
    return new Click(
        visitor,
        946_684_800_000L,
        null,
        EventKind.OTHER,
        userId,
        anonymousId,
        null,
        null,
        null,
        null,
        null,
        null,
        1,
        null,
        null,
        null,
        null,
        null,
        new Origin("t", 0, 0, null, new byte[0]));
  }

  /** A click with one of its nullable components left out. */
  private static Click without(String component) {
    try {
      RecordComponent[] components = Click.class.getRecordComponents();
      Object[] values = new Object[components.length];
      Class<?>[] types = new Class<?>[components.length];
      for (int i = 0; i < components.length; i++) {
        boolean left = components[i].getName().equals(component);
        values[i] = left ? null : components[i].getAccessor().invoke(FULL);
        types[i] = components[i].getType();
      }
      return Click.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<Arguments> values() {
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of(IngestTypes.VISITOR, DEVICE));
    all.add(Arguments.of(IngestTypes.VISITOR, new Visitor("ü", VisitorKind.USER, "😀")));
    all.add(Arguments.of(IngestTypes.CLICK, FULL));
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, null, "d")));
    all.add(
        Arguments.of(IngestTypes.CLICK, bare(new Visitor(null, VisitorKind.USER, "u"), "u", null)));
    // an id of the visitor that is none of the click's own
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, "u", null)));
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, "d", "e")));
    Arrays.stream(Click.class.getRecordComponents())
        .filter(component -> !component.getType().isPrimitive())
        .map(RecordComponent::getName)
        .filter(name -> !List.of("visitor", "kind", "origin").contains(name))
        .forEach(name -> all.add(Arguments.of(IngestTypes.CLICK, without(name))));
    Rejection rejection = new Rejection(RejectionReason.TOO_LARGE, "2 bytes", ORIGIN);
    all.add(Arguments.of(IngestTypes.REJECTION, rejection));
    all.add(
        Arguments.of(
            IngestTypes.REJECTION,
            new Rejection(RejectionReason.NOT_AN_OBJECT, "", new Origin("t", 1, 2, null, null))));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(rejection)));
    all.add(Arguments.of(IngestTypes.LATE_CLICK, new LateClick(FULL, 1, 1_767_268_800_001L)));
    all.add(Arguments.of(IngestTypes.LATE_CLICK, new LateClick(FULL, -5, Long.MIN_VALUE)));
    return all.stream();
  }

  private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void shouldReadBackWhatWasWritten(WireType<T> type, T value) throws IOException {
    // Given
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
    byte[] bytes = write(serializer, value);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    // When
    T read = serializer.deserialize(in);
    // Then
    assertThat(read).usingRecursiveComparison().isEqualTo(value);
    assertThat(in.available()).isZero();
    assertThat(serializer.copy(value)).isSameAs(value);
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void shouldCopyBytesWhenOnlyPassingThrough(WireType<T> type, T value) throws IOException {
    // Given
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
    byte[] bytes = write(serializer, value);
    DataOutputSerializer out = new DataOutputSerializer(64);
    // When
    serializer.copy(new DataInputDeserializer(bytes), out);
    // Then
    assertThat(out.getCopyOfBuffer()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @MethodSource("values")
  <T> void shouldFailWhenBytesEndTooEarly(WireType<T> type, T value) throws IOException {
    // Given
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
    byte[] bytes = write(serializer, value);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      // When, Then
      assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(cut)))
          .isInstanceOf(IOException.class);
    }
  }

  static Stream<TypeSerializer<?>> serializers() {
    return Stream.of(
        VisitorSerializer.INSTANCE,
        OriginSerializer.INSTANCE,
        ClickSerializer.INSTANCE,
        RejectionSerializer.INSTANCE,
        IngestedSerializer.INSTANCE,
        LateClickSerializer.INSTANCE);
  }

  @ParameterizedTest
  @MethodSource("serializers")
  <T> void shouldBeRestoredFromItsSnapshot(TypeSerializer<T> serializer) throws Exception {
    // Given
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
    // When
    TypeSerializerSnapshot<T> restored =
        TypeSerializerSnapshot.readVersionedSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
    // Then
    assertThat(restored.restoreSerializer()).isEqualTo(serializer);
    assertThat(
            serializer
                .snapshotConfiguration()
                .resolveSchemaCompatibility(restored)
                .isCompatibleAsIs())
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("serializers")
  <T> void shouldWriteTheInstanceItCreates(TypeSerializer<T> serializer) throws Exception {
    // Given
    T instance = serializer.createInstance();
    // When
    T read = serializer.deserialize(new DataInputDeserializer(write(serializer, instance)));
    // Then
    assertThat(read).usingRecursiveComparison().isEqualTo(instance);
    assertThat(InstantiationUtil.clone(serializer)).isEqualTo(serializer);
  }

  @Test
  void shouldNeverChangeTheBytesOfVisitors() throws IOException {
    // State of earlier releases is found by these bytes.
    assertThat(hex(new Visitor(null, VisitorKind.USER, "7"))).isEqualTo("00000237");
    assertThat(hex(new Visitor("web", VisitorKind.DEVICE, "ü"))).isEqualTo("047765620103c3bc");
  }

  @Test
  void shouldNeverChangeTheHashOfVisitors() {
    // Key groups of earlier releases derive from it.
    assertThat(new Visitor(null, VisitorKind.USER, "7").hashCode()).isEqualTo(55);
    assertThat(new Visitor("web", VisitorKind.DEVICE, "7").hashCode())
        .isEqualTo((31 * "web".hashCode() + 1) * 31 + 55);
  }

  @Test
  void shouldWriteBareClickInFewBytes() throws IOException {
    // Given
    Click click = bare(DEVICE, null, "d");
    // When, Then
    assertThat(HexFormat.of().formatHex(write(ClickSerializer.INSTANCE, click)))
        .isEqualTo("04" + "80b0fdac8d37" + "08" + "0264" + "0274" + "00" + "00" + "00" + "01");
  }

  @Test
  void shouldBeKeyOnlyForVisitors() {
    assertThat(
            Stream.of(
                    IngestTypes.VISITOR,
                    IngestTypes.CLICK,
                    IngestTypes.REJECTION,
                    IngestTypes.INGESTED,
                    IngestTypes.LATE_CLICK)
                .filter(WireType::isKeyType))
        .containsExactly(IngestTypes.VISITOR);
  }

  private static String hex(Visitor visitor) throws IOException {
    byte[] bytes = write(VisitorSerializer.INSTANCE, visitor);
    assertThat(new String(bytes, StandardCharsets.UTF_8)).contains(visitor.id());
    return HexFormat.of().formatHex(bytes);
  }
}
