package io.clickstream.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Product;
import io.clickstream.model.UserProfile;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceBlockTest {

  /** {@link #UPDATES} as the first release wrote them into savepoints. */
  private static final String VERSION_1 =
      "AXgBY2Bg4OBjYC7VNWRgzcmvTMxhYEnPz0nhAgkZMXAc3vN2wd63OxrEQHxjBua81HIGJMAEEjYRAJGm9f///wdh"
          + "EOBnYC4AmVickZ9azMDimJybKgwSMgLqZWZgYAQbIQgSMQYyIVwGBiYAGrIg2Q==";

  private static final List<ReferenceUpdate> UPDATES =
      List.of(
          ReferenceUpdate.ofProfile("u-1", new UserProfile("loyal", "gold"), -1, -1, false),
          ReferenceUpdate.ofProfile("u-2", new UserProfile(null, "ü\uD83D\uDE00"), -1, -1, false),
          ReferenceUpdate.ofProfile("u-3", new UserProfile("new", null), 0, 0, false),
          ReferenceUpdate.ofProfile("u-4", new UserProfile(null, null), -1, -1, false),
          ReferenceUpdate.ofProfile("u-5", null, Integer.MAX_VALUE, Long.MAX_VALUE, false),
          ReferenceUpdate.ofProduct("p-1", new Product("shoes", "Acme"), -1, -1, false),
          ReferenceUpdate.ofProduct("p-2", new Product(null, null), 3, 1L << 40, false),
          ReferenceUpdate.ofProduct("p-3", null, 1, 2, false));

  private static byte[] encoded() {
    return ReferenceBlock.of(UPDATES).encoded();
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    assertThat(ReferenceBlock.ofEncoded(encoded()).updates()).isEqualTo(UPDATES);
    assertThat(ReferenceBlock.of(UPDATES).updates()).isEqualTo(UPDATES);
  }

  @Test
  void shouldReadWhatItWroteWhenEmpty() throws IOException {
    byte[] bytes = ReferenceBlock.of(List.of()).encoded();

    assertThat(ReferenceBlock.ofEncoded(bytes).updates()).isEmpty();
  }

  @Test
  void shouldReadWhatItWroteWhenTextsAreAsLongAsTheyGet() throws IOException {
    // Given
    String longest = "\uD83D\uDE00".repeat(PathReader.MAX_TEXT / 2);
    List<ReferenceUpdate> updates =
        List.of(ReferenceUpdate.ofProduct(longest, new Product(longest, longest), 0, 1, false));

    // When
    byte[] bytes = ReferenceBlock.of(updates).encoded();

    // Then
    assertThat(ReferenceBlock.ofEncoded(bytes).updates()).isEqualTo(updates);
  }

  @Test
  void shouldEncodeOnce() throws IOException {
    ReferenceBlock block = ReferenceBlock.of(UPDATES);

    byte[] first = block.encoded();

    assertThat(block.encoded()).isSameAs(first);
    assertThat(block.updates()).isEqualTo(UPDATES);
  }

  @Test
  void shouldReadVersion1() throws IOException {
    byte[] bytes = Base64.getDecoder().decode(VERSION_1);

    assertThat(ReferenceBlock.ofEncoded(bytes).updates()).isEqualTo(UPDATES);
  }

  @ParameterizedTest
  @ValueSource(bytes = {0, 2, -1})
  void shouldRefuseUnknownVersion(byte version) {
    // Given
    byte[] bytes = encoded();
    bytes[0] = version;

    // When, Then
    assertThatThrownBy(ReferenceBlock.ofEncoded(bytes)::updates)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("block of reference data")
        .hasMessageContaining("version=" + (version & 0xFF));
  }

  @Test
  void shouldRefuseNoBytesAtAll() {
    assertThatThrownBy(ReferenceBlock.ofEncoded(new byte[0])::updates)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version=0");
  }

  @Test
  void shouldRefuseBytesThatAreNotWhatItWrote() {
    byte[] good = encoded();
    for (int i = 1; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 0x10;
      byte[] cut = Arrays.copyOf(good, i);

      for (byte[] bytes : List.of(bad, cut)) {
        assertThatThrownBy(ReferenceBlock.ofEncoded(bytes)::updates)
            .as("byte %d", i)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("corrupt")
            .hasMessageContaining("restore another one");
      }
    }
  }
}
