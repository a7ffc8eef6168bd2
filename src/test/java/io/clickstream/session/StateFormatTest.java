package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.columns.Columns;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class StateFormatTest {

  private final StateFormat format = SessionSamples.format(Columns.BUILT_IN);

  private static DataInputStream in(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    // Given
    VisitorSessions sample = SessionSamples.of(Columns.BUILT_IN);

    // When
    DataInputStream in = in(SessionSamples.written(sample, format));
    VisitorSessions read = format.read(StateFormat.NEWEST, in);

    // Then
    assertThat(in.available()).as("bytes that were not read").isZero();
    SessionSamples.assertEqual(read, sample);
    assertThat(sample.count()).isGreaterThan(1);
    Block block = new Block(new BlockLayout(Columns.BUILT_IN, SessionSamples.SETTINGS));
    assertThat(block.to(sample, 0).cut()).isNotNull();
    assertThat(block.revision()).isPositive();
    assertThat(block.to(sample, sample.last()).revision()).isZero();
  }

  @Test
  void shouldReadWhatItWroteOfDefinitions() throws IOException {
    // Given
    VisitorSessions sample = SessionSamples.ofDefinitions();
    StateFormat ofDefinitions = SessionSamples.format(SessionSamples.DEFINED);

    // When
    DataInputStream in = in(SessionSamples.written(sample, ofDefinitions));
    VisitorSessions read = ofDefinitions.read(StateFormat.NEWEST, in);

    // Then
    assertThat(in.available()).as("bytes that were not read").isZero();
    SessionSamples.assertEqual(read, sample);
  }

  @Test
  void shouldTakeAByteForEachKindOfDefinitionWhenNoClickHasAValue() throws IOException {
    int without = SessionSamples.written(SessionSamples.of(Columns.BUILT_IN), format).length;
    VisitorSessions sample = SessionSamples.of(SessionSamples.DEFINED);

    // Six kinds, and a count.
    assertThat(SessionSamples.written(sample, SessionSamples.format(SessionSamples.DEFINED)).length)
        .isEqualTo(without + 7 * sample.count());
  }

  @Test
  void shouldRefuseLayoutThatItDoesNotKnow() throws IOException {
    byte[] bytes = SessionSamples.written(SessionSamples.of(Columns.BUILT_IN), format);
    bytes[0] = 1;

    assertThatThrownBy(() -> format.read(StateFormat.NEWEST, in(bytes)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "session state has layout 1, of which its snapshot knows 1: the data is corrupt");
  }
}
