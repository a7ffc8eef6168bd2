package io.clickstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionedTest {

  private static final Versioned VERSION = new Versioned("a session", 3);

  private static int read(int version) throws IOException {
    return VERSION.read(new DataInputDeserializer(new byte[] {(byte) version}));
  }

  @Test
  void shouldWriteTheNewestVersionAsOneByte() throws IOException {
    // Given
    DataOutputSerializer out = new DataOutputSerializer(1);
    // When
    VERSION.write(out);
    // Then
    assertThat(out.getCopyOfBuffer()).containsExactly(3);
    assertThat(VERSION.newest()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldReadEveryVersionUpToTheNewest(int version) throws IOException {
    assertThat(read(version)).isEqualTo(version);
    assertThat(VERSION.check(version)).isEqualTo(version);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 255})
  void shouldNameTheRemedyWhenVersionIsNewer(int version) {
    assertThatThrownBy(() -> read(version))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "a session of layout version=%d cannot be read, expected version=1 to 3: a newer"
                    .formatted(version)
                + " release wrote it; start that release or a newer one, or restore a savepoint of"
                + " this release or an older one");
  }

  @Test
  void shouldCallTheDataCorruptWhenNoReleaseWroteTheVersion() {
    assertThatThrownBy(() -> read(0))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "a session of layout version=0 cannot be read, expected version=1 to 3: the data is"
                + " corrupt; restore another checkpoint or savepoint");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 256})
  void shouldRefuseVersionThatIsNoByte(int newest) {
    assertThatThrownBy(() -> new Versioned("a session", newest))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a session: expected a version from 1 to 255, found " + newest);
  }
}
