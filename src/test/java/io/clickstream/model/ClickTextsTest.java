package io.clickstream.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClickTextsTest {

  private static final int KNOWN = ClickText.values().length;

  private static int[] slices(int at, int slice) {
    int[] slices = new int[KNOWN];
    slices[at] = slice;
    return slices;
  }

  @Test
  void shouldFindTextAtTheEndOfTheValueAndAtTheBeginningOfTheExtraBytes() {
    // Given
    byte[] value = "{one}".getBytes(UTF_8);
    byte[] extra = "two".getBytes(UTF_8);
    int last = ClickTexts.slice(4, 1);
    int first = ClickTexts.slice(5, 3);
    // When, Then
    ClickTexts inValue = ClickTexts.inValue(value, extra, slices(0, last));
    assertThat(inValue.get(0)).isEqualTo("}");
    assertThat(inValue.bytes(last)).isSameAs(value);
    assertThat(inValue.startIn(last)).isEqualTo(4);
    ClickTexts inExtra = ClickTexts.inValue(value, extra, slices(0, first));
    assertThat(inExtra.get(0)).isEqualTo("two");
    assertThat(inExtra.bytes(first)).isSameAs(extra);
    assertThat(inExtra.startIn(first)).isZero();
    assertThat(inExtra.areInValue()).isTrue();
  }

  @Test
  void shouldHaveNoExtraBytesWhenAllTextsAreInTheValue() {
    ClickTexts texts = ClickTexts.inValue("{one}".getBytes(UTF_8), slices(1, 65_539));
    assertThat(texts.extra()).isNull();
    assertThat(texts.get(ClickText.USER_ID)).isEqualTo("one");
  }

  @Test
  void shouldRefuseFewerTextsThanTheRulesKnow() {
    assertThatThrownBy(() -> ClickTexts.inValue(new byte[9], new byte[9], new int[KNOWN - 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected at least %d texts, found %d".formatted(KNOWN, KNOWN - 1));
  }

  @Property(tries = 500)
  void shouldBeTheSameTextsWhereverTheyStand(
      @ForAll @Size(min = 0, max = 30) List<@StringLength(min = 1, max = 20) String> some,
      @ForAll Random random) {
    // Given any texts, each in the value or behind it
    List<@Nullable String> texts = new ArrayList<>();
    for (String text : some) {
      texts.add(new String(text.getBytes(UTF_8), UTF_8));
    }
    while (texts.size() < KNOWN) {
      texts.add(null);
    }
    Collections.shuffle(texts, random);
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    ByteArrayOutputStream extra = new ByteArrayOutputStream();
    value.write('{');
    int[] slices = new int[texts.size()];
    boolean[] behind = new boolean[texts.size()];
    for (int i = 0; i < slices.length; i++) {
      String text = texts.get(i);
      if (text != null) {
        byte[] bytes = text.getBytes(UTF_8);
        behind[i] = random.nextBoolean();
        ByteArrayOutputStream target = behind[i] ? extra : value;
        slices[i] = ClickTexts.slice(target.size(), bytes.length);
        target.writeBytes(bytes);
      }
    }
    for (int i = 0; i < slices.length; i++) {
      if (behind[i]) {
        slices[i] =
            ClickTexts.slice(
                value.size() + ClickTexts.start(slices[i]), ClickTexts.length(slices[i]));
      }
    }
    // When
    ClickTexts found = ClickTexts.inValue(value.toByteArray(), extra.toByteArray(), slices);
    ClickTexts own = ClickTexts.of(texts.toArray(String[]::new));
    // Then
    assertThat(found).isEqualTo(own).hasSameHashCodeAs(own).hasToString(own.toString());
    assertThat(found.present()).isEqualTo(own.present());
    for (int i = 0; i < slices.length; i++) {
      assertThat(found.has(i)).isEqualTo(own.has(i));
      if (slices[i] != 0) {
        assertThat(found.textAt(slices[i])).isEqualTo(texts.get(i));
      }
    }
  }
}
