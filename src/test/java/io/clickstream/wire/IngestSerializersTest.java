package io.clickstream.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Click;
import io.clickstream.model.ClickBuilder;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.model.EventKind;
import io.clickstream.model.Ingested;
import io.clickstream.model.LateClick;
import io.clickstream.model.Origin;
import io.clickstream.model.Rejection;
import io.clickstream.model.RejectionReason;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IngestSerializersTest {

  private static final Visitor DEVICE = new Visitor(null, VisitorKind.DEVICE, "d");

  private static final Origin ORIGIN =
      new Origin("raw-clicks", 23, 1L << 40, new byte[] {0, -1}, new byte[] {1, 2, 3});

  private static final Click FULL =
      ClickBuilder.click(new Visitor("web", VisitorKind.DEVICE, "d-1"), 1_767_268_800_000L)
          .with(ClickText.EVENT_ID, "e")
          .kind(EventKind.PURCHASE)
          .with(ClickText.USER_ID, "u-ü")
          .with(ClickText.ANONYMOUS_ID, "d-1")
          .with(ClickText.PAGE_URL, "https://shop.example/漢字/😀")
          .with(ClickText.REFERRER, "r")
          .with(ClickText.UTM_SOURCE, "s")
          .with(ClickText.UTM_MEDIUM, "m")
          .with(ClickText.UTM_CAMPAIGN, "c")
          .with(ClickText.PRODUCT_ID, "p")
          .quantity(3)
          .price(new BigDecimal("-123456789012345.123456789012345678"))
          .with(ClickText.CURRENCY, "EUR")
          .with(ClickText.USER_AGENT, "ua")
          .with(ClickText.DEVICE_TYPE, "mobile")
          .with(ClickText.COUNTRY, "DE")
          .with(ClickText.ORDER_ID, "o-1")
          .with(ClickText.CLICK_ID, "gclid-1")
          .origin(ORIGIN)
          .build();

  private static final Click IN_VALUE =
      inValue(
          new Visitor("web", VisitorKind.DEVICE, "d-1"),
          "{web d-1 https://shop.example/漢字/😀 r}",
          "e",
          null,
          "d-1",
          "web",
          "https://shop.example/漢字/😀",
          "r");

  /** A click some of whose texts stand behind the value. */
  private static final Click IN_EXTRA = withExtra("de ☕", BigDecimal.ONE, List.of());

  private static final List<ClickProduct> PRODUCTS =
      List.of(
          new ClickProduct("p1", 1, new BigDecimal("19.95")),
          new ClickProduct("p2 ü", 1_000_000_000L, null),
          new ClickProduct("p1", 0, new BigDecimal("-123456789012345.123456789012345678")));

  /** {@link #IN_VALUE} with a country that its record does not have. */
  private static Click withExtra(
      String country, @Nullable BigDecimal revenue, List<ClickProduct> products) {
    byte[] value = IN_VALUE.texts().bytes(0);
    byte[] extra = (" " + country).getBytes(UTF_8);
    int[] slices = IN_VALUE.texts().slices().clone();
    slices[ClickText.COUNTRY.ordinal()] = ClickTexts.slice(value.length + 1, extra.length - 1);
    return new Click(
        IN_VALUE.visitor(),
        IN_VALUE.timestamp(),
        EventKind.PURCHASE,
        2,
        null,
        revenue,
        products,
        ClickTexts.inValue(value, extra, slices),
        IN_VALUE.origin());
  }

  private static Click of(@Nullable BigDecimal revenue, List<ClickProduct> products) {
    return new Click(
        FULL.visitor(), 0, EventKind.PURCHASE, 1, null, revenue, products, FULL.texts(), ORIGIN);
  }

  /** The same click with marks. */
  private static Click marked(Click click, long first, long second) {
    return new Click(
        click.visitor(),
        click.timestamp(),
        click.kind(),
        click.quantity(),
        click.price(),
        click.revenue(),
        click.products(),
        click.texts(),
        click.origin(),
        ClickMarks.of(first, second));
  }

  private static Click of(long quantity, @Nullable BigDecimal price) {
    return new Click(FULL.visitor(), 0, EventKind.OTHER, quantity, price, FULL.texts(), ORIGIN);
  }

  private static Click bare(Visitor visitor, @Nullable String userId, @Nullable String device) {
    return ClickBuilder.click(visitor, 946_684_800_000L)
        .with(ClickText.USER_ID, userId)
        .with(ClickText.ANONYMOUS_ID, device)
        .origin(new Origin("t", 0, 0, null, new byte[0]))
        .build();
  }

  /** A click with one of its texts left out. */
  private static Click without(ClickText left) {
    return new Click(
        FULL.visitor(),
        FULL.timestamp(),
        FULL.kind(),
        FULL.quantity(),
        FULL.price(),
        ClickTexts.of(
            Arrays.stream(ClickText.values())
                .map(text -> text == left ? null : FULL.texts().get(text))
                .toArray(String[]::new)),
        ORIGIN);
  }

  /** A click of a table with more texts, some of which it has. */
  private static Click withMore(int more) {
    ClickBuilder click =
        ClickBuilder.clickOf(DEVICE, 1).with(ClickText.values().length + more - 1, null);
    for (int i = 0; i < more; i += 3) {
      click.with(ClickText.values().length + i, "text " + i);
    }
    return click.build();
  }

  /** The same with its texts as places in the value. */
  private static Click withMoreInValue(int more) {
    Click click = withMore(more);
    StringBuilder value = new StringBuilder();
    int[] slices = new int[click.texts().count()];
    for (int i = 0; i < slices.length; i++) {
      String text = click.texts().get(i);
      if (text != null) {
        value.append(' ');
        slices[i] = ClickTexts.slice(value.length(), text.length());
        value.append(text);
      }
    }
    byte[] bytes = value.toString().getBytes(UTF_8);
    return new Click(
        click.visitor(),
        1,
        EventKind.SEARCH,
        1,
        null,
        ClickTexts.inValue(bytes, slices),
        new Origin("raw-clicks", 1, 2, null, bytes));
  }

  /** A click whose texts are in its record's value, some of them more than once. */
  private static Click inValue(Visitor visitor, String value, @Nullable String... texts) {
    byte[] bytes = value.getBytes(UTF_8);
    int[] slices = new int[ClickText.values().length];
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] != null) {
        int start = value.substring(0, value.indexOf(texts[i])).getBytes(UTF_8).length;
        slices[i] = ClickTexts.slice(start, texts[i].getBytes(UTF_8).length);
      }
    }
    return new Click(
        visitor,
        1_767_268_800_000L,
        EventKind.SEARCH,
        1,
        new BigDecimal("-0.50"),
        ClickTexts.inValue(bytes, slices),
        new Origin("raw-clicks", 1, 2, new byte[] {3}, bytes));
  }

  static Stream<Arguments> values() {
    List<Arguments> all = new ArrayList<>();
    all.add(Arguments.of(IngestTypes.VISITOR, DEVICE));
    all.add(Arguments.of(IngestTypes.VISITOR, new Visitor("ü", VisitorKind.USER, "😀")));
    all.add(Arguments.of(IngestTypes.CLICK, FULL));
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, null, "d")));
    all.add(
        Arguments.of(IngestTypes.CLICK, bare(new Visitor(null, VisitorKind.USER, "u"), "u", null)));
    // an application that is none of the visitor's
    all.add(
        Arguments.of(
            IngestTypes.CLICK,
            ClickBuilder.clickOf(DEVICE, 1).with(ClickText.APP_ID, "web").build()));
    all.add(Arguments.of(IngestTypes.CLICK, inValue(DEVICE, "{web d}", null, null, "d", "web")));
    // an id of the visitor that is none of the click's own
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, "u", null)));
    all.add(Arguments.of(IngestTypes.CLICK, bare(DEVICE, "d", "e")));
    Arrays.stream(ClickText.values())
        .filter(text -> text != ClickText.APP_ID)
        .forEach(text -> all.add(Arguments.of(IngestTypes.CLICK, without(text))));
    all.add(Arguments.of(IngestTypes.CLICK, of(1_000_000_000L, null)));
    Stream.of(
            "0",
            "-0.00",
            "1E+3",
            "999999999999999999",
            "-999999999999999999",
            "1000000000000000000",
            "0.000000000000000001")
        .forEach(price -> all.add(Arguments.of(IngestTypes.CLICK, of(0, new BigDecimal(price)))));
    all.add(Arguments.of(IngestTypes.CLICK, IN_VALUE));
    all.add(Arguments.of(IngestTypes.CLICK, IN_EXTRA));
    all.add(Arguments.of(IngestTypes.CLICK, withExtra("x", null, PRODUCTS)));
    for (String revenue : new String[] {"0", "39.90", "-1E+30", "1000000000000000000.5"}) {
      all.add(Arguments.of(IngestTypes.CLICK, of(new BigDecimal(revenue), List.of())));
      all.add(Arguments.of(IngestTypes.CLICK, of(new BigDecimal(revenue), PRODUCTS)));
    }
    for (Click click : List.of(FULL, IN_VALUE, IN_EXTRA, of(BigDecimal.ONE, PRODUCTS))) {
      all.add(Arguments.of(IngestTypes.CLICK, marked(click, 1, 0)));
      all.add(Arguments.of(IngestTypes.CLICK, marked(click, -1, 0)));
      all.add(Arguments.of(IngestTypes.CLICK, marked(click, 0, 1)));
      all.add(Arguments.of(IngestTypes.CLICK, marked(click, 1L << 40 | 5, Long.MIN_VALUE)));
    }
    all.add(Arguments.of(IngestTypes.CLICK, of(null, PRODUCTS.subList(1, 2))));
    all.add(Arguments.of(IngestTypes.CLICK, of(null, Collections.nCopies(300, PRODUCTS.get(2)))));
    for (int more : new int[] {1, 2, 7, 8, 9, 47, 48, 49, 300}) {
      all.add(Arguments.of(IngestTypes.CLICK, withMore(more)));
      all.add(Arguments.of(IngestTypes.CLICK, withMoreInValue(more)));
    }
    all.add(
        Arguments.of(
            IngestTypes.CLICK,
            inValue(new Visitor("ü", VisitorKind.USER, "u😀"), "ü u😀 d", null, "u😀", "d", "ü")));
    Rejection rejection = new Rejection(RejectionReason.TOO_LARGE, "2 bytes", ORIGIN);
    all.add(Arguments.of(IngestTypes.REJECTION, rejection));
    all.add(
        Arguments.of(
            IngestTypes.REJECTION,
            new Rejection(RejectionReason.NOT_AN_OBJECT, "", new Origin("t", 1, 2, null, null))));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(IN_VALUE)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL, List.of(0))));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL, List.of(12, 31, 300))));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL, List.of(), true)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL, List.of(7), true)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(rejection)));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(rejection).notFirst()));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL).notFirst()));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.of(FULL, List.of(0)).notFirst()));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.skipped()));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.skipped().notFirst()));
    all.add(Arguments.of(IngestTypes.INGESTED, Ingested.nothing()));
    Origin origin = new Origin("t", 4, 2, new byte[] {1}, new byte[] {2});
    all.add(Arguments.of(IngestTypes.ORIGIN, origin.element(0, new byte[] {3})));
    all.add(Arguments.of(IngestTypes.ORIGIN, origin.element(99_999, new byte[] {3})));
    all.add(
        Arguments.of(IngestTypes.ORIGIN, new Origin("t", 4, 2, null, null, 1_767_268_800_000L)));
    all.add(
        Arguments.of(
            IngestTypes.ORIGIN, new Origin("t", 4, 2, null, null, 0).element(7, new byte[0])));
    for (int partition : new int[] {0, 1, 63, 64, Integer.MAX_VALUE}) {
      for (long receivedAt : new long[] {Origin.UNKNOWN, 0, 1_767_268_800_000L}) {
        all.add(
            Arguments.of(
                IngestTypes.REJECTION,
                new Rejection(
                    RejectionReason.NOT_AN_OBJECT,
                    "",
                    new Origin("t", partition, 2, null, null, receivedAt))));
      }
    }
    all.add(Arguments.of(IngestTypes.LATE_CLICK, new LateClick(FULL, 1, 1_767_268_800_001L)));
    all.add(Arguments.of(IngestTypes.LATE_CLICK, new LateClick(IN_VALUE, 1, 2)));
    all.add(Arguments.of(IngestTypes.LATE_CLICK, new LateClick(FULL, -5, Long.MIN_VALUE)));
    return all.stream();
  }

  private static <T> byte[] write(TypeSerializer<T> serializer, T value) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(value, out);
    return out.getCopyOfBuffer();
  }

  private static void assertSame(Object read, Object expected) {
    assertThat(read)
        .usingRecursiveComparison()
        .withEqualsForType(ClickTexts::equals, ClickTexts.class)
        .withEqualsForType(
            (left, right) -> left.equals(right) && left.hashCode() == right.hashCode(),
            Visitor.class)
        .isEqualTo(expected);
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
    assertSame(read, value);
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
    assertSame(read, instance);
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
        .isEqualTo(
            "08000004"
                + "00000083"
                + "000000dc6acfac00"
                + "0274"
                + "00"
                + "00"
                + "00"
                + "01"
                + "0264");
  }

  @Test
  void shouldWriteOneByteMoreThanTheClickWhenItHasNoProblems() throws IOException {
    int click = write(ClickSerializer.INSTANCE, FULL).length;
    assertThat(write(IngestedSerializer.INSTANCE, Ingested.of(FULL))).hasSize(click + 1);
    assertThat(write(IngestedSerializer.INSTANCE, Ingested.of(FULL, List.of(2))))
        .hasSize(click + 3);
  }

  @Test
  void shouldFailWhenWhatWasIngestedIsUnknown() {
    assertThatThrownBy(
            () ->
                IngestedSerializer.INSTANCE.deserialize(new DataInputDeserializer(new byte[] {9})))
        .isInstanceOf(IOException.class)
        .hasMessage("result=9 is unknown: the data is newer or corrupt");
  }

  @Test
  void shouldWriteNoTextTwiceWhenTextsStandInTheValue() throws IOException {
    // Given a click and one without texts of the same record
    Origin origin = IN_VALUE.origin();
    int slices = Integer.BYTES * Long.bitCount(IN_VALUE.texts().present());
    // When, Then head, hash, time and price are what is left
    assertThat(write(ClickSerializer.INSTANCE, IN_VALUE))
        .hasSize(write(OriginSerializer.INSTANCE, origin).length + slices + 4 + 4 + 8 + 2);
  }

  @Test
  void shouldWriteBitForEachTextBeyondTheKnownOnes() throws IOException {
    // Given a click with one text of 17, and the same of a table without more texts
    Click more = ClickBuilder.clickOf(DEVICE, 1).with(ClickText.values().length + 16, "x").build();
    Click known = ClickBuilder.clickOf(DEVICE, 1).build();
    // When, Then their number, three bytes of bits, the text and its length
    assertThat(write(ClickSerializer.INSTANCE, more))
        .hasSize(write(ClickSerializer.INSTANCE, known).length + 1 + 3 + 2);
  }

  @Test
  void shouldFailWhenThereAreImpossiblyManyTexts() throws IOException {
    // Given a click whose last byte but those of bits and text is their number
    byte[] bytes =
        write(
            ClickSerializer.INSTANCE,
            ClickBuilder.click(DEVICE, 1)
                .with(ClickText.ANONYMOUS_ID, "d")
                .with(ClickText.values().length, "x")
                .build());
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 8);
    int at = bytes.length - 2 - 2 - 1 - 1;
    assertThat(bytes[at]).isEqualTo((byte) 1);
    Arrays.fill(longer, at, at + 4, (byte) 0x80);
    longer[at + 3] = 0x7F;
    // When, Then
    assertThatThrownBy(
            () -> ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(longer)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("are impossible: the data is corrupt");
  }

  @Test
  void shouldFailWhenThereAreOtherTextsThanThereCanBe() throws IOException {
    // Given a click with one text more, and a bit for a second one
    byte[] bytes =
        write(
            ClickSerializer.INSTANCE,
            ClickBuilder.click(DEVICE, 1)
                .with(ClickText.ANONYMOUS_ID, "d")
                .with(ClickText.values().length, "x")
                .build());
    int at = bytes.length - 2 - 2 - 1;
    assertThat(bytes[at]).isEqualTo((byte) 1);
    bytes[at] = 3;
    // When, Then
    assertThatThrownBy(() -> ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage("there are other texts than 1: the data is corrupt");
  }

  @Test
  void shouldWriteOneByteMoreForAllThatIsSeldom() throws IOException {
    // Given the same click without and with a total
    int without = write(ClickSerializer.INSTANCE, of(null, List.of())).length;
    // When, Then a byte, the scale, the length and the digit
    assertThat(write(ClickSerializer.INSTANCE, of(BigDecimal.ONE, List.of())))
        .hasSize(without + 1 + 3);
  }

  @Test
  void shouldWriteMarksInAByteForSevenOfThem() throws IOException {
    int without = write(ClickSerializer.INSTANCE, FULL).length;
    assertThat(write(ClickSerializer.INSTANCE, marked(FULL, 0, 0))).hasSize(without);
    assertThat(write(ClickSerializer.INSTANCE, marked(FULL, 0x7F, 0))).hasSize(without + 1 + 1);
    assertThat(write(ClickSerializer.INSTANCE, marked(FULL, 0x80, 0))).hasSize(without + 1 + 2);
    assertThat(write(ClickSerializer.INSTANCE, marked(FULL, 1L << 63, 0))).hasSize(without + 11);
    assertThat(write(ClickSerializer.INSTANCE, marked(FULL, 0, 1))).hasSize(without + 1 + 1 + 1);
  }

  @Test
  void shouldReadClicksThatWereWrittenWithoutMarks() throws IOException {
    // Given bytes of an earlier release
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "16004004"
                    + "00000083"
                    + "000000dc6acfac00"
                    + "06"
                    + "000201"
                    + "0103703102"
                    + "01040307cb"
                    + "0274"
                    + "000000"
                    + "01"
                    + "0264"
                    + "097075726368617365");
    // When
    Click read = ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes));
    // Then
    assertThat(read.revenue()).isEqualTo(BigDecimal.ONE);
    assertThat(read.products()).containsExactly(PRODUCTS.get(0));
    assertThat(read.marks()).isSameAs(ClickMarks.NONE);
    assertThat(write(ClickSerializer.INSTANCE, read)).isEqualTo(bytes);
  }

  @Test
  void shouldKeepExtraBytesApartFromTheValue() throws IOException {
    // When
    Click read =
        ClickSerializer.INSTANCE.deserialize(
            new DataInputDeserializer(write(ClickSerializer.INSTANCE, IN_EXTRA)));
    // Then
    assertThat(read.origin().value()).isEqualTo(IN_VALUE.origin().value());
    assertThat(read.country()).isEqualTo("de ☕");
    assertThat(read.texts().extra()).isEqualTo(" de ☕".getBytes(UTF_8));
    assertThat(read.texts().areInValue()).isTrue();
  }

  @Test
  void shouldGiveClicksAndVisitorsOfOneApplicationTheSameObject() throws IOException {
    // When
    Visitor first = read(IN_VALUE).visitor();
    Visitor second = read(IN_VALUE).visitor();
    Visitor third =
        VisitorSerializer.INSTANCE.deserialize(
            new DataInputDeserializer(write(VisitorSerializer.INSTANCE, first)));
    // Then
    assertThat(first).isEqualTo(IN_VALUE.visitor());
    assertThat(second.appId()).isSameAs(first.appId());
    assertThat(third).isEqualTo(first);
    assertThat(third.appId()).isSameAs(first.appId());
  }

  private static Click read(Click click) throws IOException {
    return ClickSerializer.INSTANCE.deserialize(
        new DataInputDeserializer(write(ClickSerializer.INSTANCE, click)));
  }

  @Test
  void shouldFailWhenSeldomPartIsUnknown() throws IOException {
    // Given a click whose byte behind head and time has another bit
    byte[] bytes = write(ClickSerializer.INSTANCE, of(BigDecimal.ONE, List.of()));
    assertThat(bytes[16]).isEqualTo((byte) 2);
    bytes[16] |= 32;
    // When, Then
    assertThatThrownBy(() -> ClickSerializer.INSTANCE.deserialize(new DataInputDeserializer(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage("parts=34 are unknown: the data is newer or corrupt");
  }

  @Test
  void shouldKeepTopicsApartWhenTheyTakeTurns() throws IOException {
    // Given
    for (String topic : List.of("a", "b", "a", "ab", "")) {
      Origin origin = new Origin(topic, 1, 2, null, null);
      // When
      Origin read =
          OriginSerializer.INSTANCE.deserialize(
              new DataInputDeserializer(write(OriginSerializer.INSTANCE, origin)));
      // Then
      assertThat(read).isEqualTo(origin);
    }
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
    assertThat(new String(bytes, UTF_8)).contains(visitor.id());
    return HexFormat.of().formatHex(bytes);
  }
}
