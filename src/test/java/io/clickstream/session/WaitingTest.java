package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstream.model.Click;
import io.clickstream.session.operator.ClickBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of clicks that wait, against a list of clicks. */
class WaitingTest {

  private static final long NO_BOUND = Long.MAX_VALUE;

  private final ClickForm form = new ClickBytes();
  private final ClicksInOrder order = new ClicksInOrder(form);
  private final BytePool pool = new BytePool(1 << 20);

  private record Taken(Click click, boolean isPassive) {

    /** Arrays of bytes are other ones each time a click is read. */
    String shown() {
      return "%d %s %s %s"
          .formatted(
              click.timestamp() - Clicks.EPOCH, isPassive, click.eventId(), click.eventType());
    }
  }

  private static Click click(long time, String id, String type) {
    return Clicks.at(time).id(id).type(type).click();
  }

  private List<String> take(Waiting waiting, long upTo) {
    List<String> taken = new ArrayList<>();
    waiting.take(
        Clicks.EPOCH + upTo,
        order,
        (click, isPassive) -> taken.add(new Taken(click, isPassive).shown()));
    return taken;
  }

  private static Waiting throughBytes(Waiting waiting) throws IOException {
    return Waiting.read(new DataInputStream(new ByteArrayInputStream(bytes(waiting))));
  }

  private static byte[] bytes(Waiting waiting) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    waiting.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void shouldTakeInOrderAndKeepTheRestWhenTimeGoesOn() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    Waiting waiting = new Waiting(pool);
    List<Taken> expected = new ArrayList<>();
    Comparator<Taken> inOrder =
        Comparator.comparingLong((Taken taken) -> taken.click.timestamp())
            .thenComparing(Taken::isPassive)
            .thenComparing(Taken::click, ClicksInOrder.ORDER);
    for (int now = 0; now < 3_000; now += 1 + random.nextInt(20)) {
      for (int rest = random.nextInt(8); rest > 0; rest--) {
        String id = random.nextInt(3) == 0 ? null : "event-" + random.nextInt(5);
        Click click = click(now + 1 + random.nextInt(40), id, "type-" + random.nextInt(2));
        boolean isPassive = random.nextInt(4) == 0;
        assertThat(waiting.add(click, isPassive, NO_BOUND, form)).isTrue();
        expected.add(new Taken(click, isPassive));
      }
      if (random.nextInt(5) == 0) {
        waiting = random.nextBoolean() ? throughBytes(waiting) : waiting.copy(pool);
      }
      int reached = now + random.nextInt(20);
      List<Taken> due =
          expected.stream()
              .filter(taken -> taken.click.timestamp() <= Clicks.EPOCH + reached)
              .sorted(inOrder)
              .toList();

      assertThat(take(waiting, reached)).isEqualTo(due.stream().map(Taken::shown).toList());

      expected.removeAll(due);
      assertThat(waiting.count()).isEqualTo(expected.size());
      assertThat(waiting.bytes())
          .isEqualTo(expected.stream().mapToLong(taken -> Waiting.bytesOf(taken.click)).sum());
      assertThat(waiting.first())
          .isEqualTo(
              expected.stream()
                  .mapToLong(taken -> taken.click.timestamp())
                  .min()
                  .orElse(Long.MAX_VALUE));
    }
    assertThat(pool.bytes()).as("arrays that were given back").isPositive();
  }

  @Test
  void shouldTakeAllWhenThereAreThousands() {
    Waiting waiting = new Waiting(pool);
    for (int i = 0; i < 5_000; i++) {
      waiting.add(click(5_000 - i, "event-" + i, "type"), false, NO_BOUND, form);
    }

    List<String> taken = take(waiting, 5_000);

    assertThat(taken).hasSize(5_000).startsWith("1 false event-4999 type");
    assertThat(taken.get(4_999)).isEqualTo("5000 false event-0 type");
    assertThat(waiting.count()).isZero();
    assertThat(waiting.bytes()).isZero();
  }

  @Test
  void shouldAddNothingWhenThereIsNoRoom() {
    Waiting waiting = new Waiting(pool);
    Click click = click(1, "event", "type");
    long one = Waiting.bytesOf(click);

    assertThat(waiting.add(click, false, one, form)).isTrue();
    assertThat(waiting.add(click, false, 2 * one - 1, form)).isFalse();
    assertThat(waiting.count()).isEqualTo(1);
    assertThat(waiting.add(click, false, 2 * one, form)).isTrue();
  }

  @Test
  void shouldRefuseWhatEndsInTheMiddleOfAClick() throws IOException {
    Waiting waiting = new Waiting(pool);
    waiting.add(click(1, "event", "type"), false, NO_BOUND, form);
    byte[] bytes = bytes(waiting);
    int empty = bytes(new Waiting()).length;
    int begin = bytes[empty - 1] < 0 ? empty + 1 : empty;
    bytes[begin]++;

    assertThatThrownBy(() -> Waiting.read(new DataInputStream(new ByteArrayInputStream(bytes))))
        .hasMessageContaining("do not end where they should: the data is corrupt");
  }
}
