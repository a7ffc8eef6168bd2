package io.clickstream.session.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.VisitorSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DueQueueTest {

  private static List<SessionCache.Entry> entries(int count) {
    List<SessionCache.Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Visitor visitor = new Visitor(null, VisitorKind.DEVICE, "v" + i);
      entries.add(new SessionCache.Entry(visitor, 1, new VisitorSessions(), false, 0));
    }
    return entries;
  }

  private static void set(DueQueue queue, SessionCache.Entry entry, long time) {
    boolean waits = entry.attention != DueQueue.NEVER;
    entry.attention = time;
    queue.add(entry);
    if (waits) {
      queue.outdate();
    }
  }

  @Test
  void shouldReturnEveryEntryOnceInOrderOfItsLatestTime() {
    SplittableRandom random = new SplittableRandom(1);
    DueQueue queue = new DueQueue();
    List<SessionCache.Entry> entries = entries(5_000);
    long now = 0;
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 3_000; i++) {
        SessionCache.Entry entry = entries.get(random.nextInt(entries.size()));
        long time = now + 1 + random.nextInt(1_000);
        if (time < entry.attention) {
          set(queue, entry, time);
        }
      }
      now += 300;
      long last = Long.MIN_VALUE;
      List<SessionCache.Entry> expected = new ArrayList<>();
      for (SessionCache.Entry entry : entries) {
        if (entry.attention <= now) {
          expected.add(entry);
        }
      }
      List<Long> times = expected.stream().map(entry -> entry.attention).sorted().toList();
      List<SessionCache.Entry> came = new ArrayList<>();
      for (Long time : times) {
        SessionCache.Entry entry = queue.poll(now);
        assertThat(entry).isNotNull();
        assertThat(entry.attention).isEqualTo(DueQueue.NEVER);
        assertThat(time).isGreaterThanOrEqualTo(last);
        last = time;
        came.add(entry);
      }
      assertThat(queue.poll(now)).isNull();
      assertThat(came).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void shouldNotGrowWhenTimesChangeOften() {
    DueQueue queue = new DueQueue();
    List<SessionCache.Entry> entries = entries(2_000);
    for (long time = 1_000; time > 0; time--) {
      for (SessionCache.Entry entry : entries) {
        set(queue, entry, time);
      }
    }
    assertThat(queue.size()).isLessThanOrEqualTo(2 * entries.size() + 1);
    for (int i = 0; i < entries.size(); i++) {
      assertThat(queue.poll(1)).isNotNull();
    }
    assertThat(queue.poll(Long.MAX_VALUE - 1)).isNull();
    assertThat(queue.size()).isZero();
  }
}
