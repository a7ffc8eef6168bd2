package io.clickstream.session.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import io.clickstream.session.VisitorSessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryTableTest {

  private static Visitor visitor(int id) {
    return new Visitor(null, VisitorKind.DEVICE, "v" + id);
  }

  private static SessionCache.Entry entry(Visitor visitor, int hash) {
    return new SessionCache.Entry(visitor, hash, new VisitorSessions(), false, 0);
  }

  /** Few different hashes, so that entries lie far from where they belong, and over the end. */
  private static int hash(int id) {
    return (id % 7 == 0 ? -1 : id % 40 + 1) << (id % 3 == 0 ? 22 : 0);
  }

  @Test
  void shouldHoldWhatMapHoldsWhenHashesCollide() {
    SplittableRandom random = new SplittableRandom(1);
    EntryTable table = new EntryTable();
    Map<Visitor, SessionCache.Entry> expected = new HashMap<>();
    int[] wanted = new int[32];
    for (int step = 0; step < 60_000; step++) {
      int id = random.nextInt(step < 30_000 ? 3_000 : 300);
      Visitor visitor = visitor(id);
      SessionCache.Entry present = table.get(visitor, hash(id));
      assertThat(present).isSameAs(expected.get(visitor));
      if (present == null) {
        SessionCache.Entry added = entry(visitor, hash(id));
        table.add(added);
        expected.put(visitor, added);
      } else if (random.nextInt(3) > 0) {
        table.remove(present);
        expected.remove(visitor);
      }
      assertThat(table.size()).isEqualTo(expected.size());
      wanted[step % wanted.length] = hash(id);
      table.touch(wanted, wanted.length);
    }
    List<SessionCache.Entry> found = new ArrayList<>();
    for (int id = 0; id < 3_000; id++) {
      SessionCache.Entry entry = table.get(visitor(id), hash(id));
      if (entry != null) {
        found.add(entry);
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(expected.values());
  }

  @Test
  void shouldGiveHashThatIsNeverZero() {
    for (int id = 0; id < 10_000; id++) {
      assertThat(EntryTable.hash(visitor(id))).isNotZero();
    }
  }
}
