package io.clickstream.ingest.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.json.Utf8.Content;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {

  private final CharsetDecoder jdk = StandardCharsets.UTF_8.newDecoder();

  private boolean isDecodable(byte[] bytes) {
    try {
      jdk.decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void assertSameVerdict(byte[] bytes) {
    boolean wellFormed = Utf8.of(bytes, 0) != Content.MALFORMED;
    if (wellFormed != isDecodable(bytes)) {
      assertThat(wellFormed).as("of %s", HexFormat.of().formatHex(bytes)).isFalse();
      assertThat(isDecodable(bytes)).isFalse();
    }
  }

  @Test
  void shouldAgreeWithTheJdkWhenSequencesAreShort() {
    for (int i = 0; i < 1 << 16; i++) {
      assertSameVerdict(new byte[] {(byte) (i >> 8)});
      assertSameVerdict(new byte[] {(byte) (i >> 8), (byte) i});
    }
  }

  @Test
  void shouldAgreeWithTheJdkAtEveryBoundaryWhenSequencesAreLong() {
    int[] edges = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xFF};
    for (int first = 0xC0; first <= 0xFF; first++) {
      for (int second : edges) {
        for (int third : edges) {
          assertSameVerdict(new byte[] {(byte) first, (byte) second, (byte) third});
          for (int fourth : edges) {
            assertSameVerdict(
                new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth, 'a'});
          }
        }
      }
    }
  }

  @Test
  void shouldAgreeWithTheJdkWhenOneByteOfLongTextIsBroken() {
    // Given
    Random random = new Random(1);
    byte[] text =
        "plain text, ümläute, 漢字 und 😀 in one line of more than a few words"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 100_000; i++) {
      byte[] broken = text.clone();
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      // When, Then
      assertSameVerdict(broken);
    }
  }

  @Test
  void shouldFindByteAtEveryPositionWhenItIsBrokenOrBackslash() {
    for (int length = 1; length <= 40; length++) {
      byte[] plain = "a".repeat(length).getBytes(StandardCharsets.UTF_8);
      assertThat(Utf8.of(plain, 0)).isEqualTo(Content.PLAIN);
      for (int position = 0; position < length; position++) {
        // Given
        byte[] escaped = plain.clone();
        escaped[position] = '\\';
        byte[] broken = plain.clone();
        broken[position] = (byte) 0x80;
        // When, Then
        assertThat(Utf8.of(escaped, 0)).isEqualTo(Content.ESCAPED);
        assertThat(Utf8.of(escaped, position + 1)).isEqualTo(Content.PLAIN);
        assertThat(Utf8.of(broken, 0)).isEqualTo(Content.MALFORMED);
        assertThat(Utf8.of(broken, position + 1)).isEqualTo(Content.PLAIN);
      }
    }
  }

  @Test
  void shouldSayEscapedOnlyWhenThereIsBackslash() {
    for (int other = 0; other < 128; other++) {
      for (int next = 0; next < 128; next++) {
        // Given
        byte[] bytes = new byte[16];
        Arrays.fill(bytes, 3, 10, (byte) other);
        Arrays.fill(bytes, 10, 16, (byte) next);
        // When, Then
        if ((Utf8.of(bytes, 0) == Content.ESCAPED) != (other == '\\' || next == '\\')) {
          assertThat(Utf8.of(bytes, 0)).as("%d %d", other, next).isEqualTo(Content.PLAIN);
        }
      }
    }
  }
}
