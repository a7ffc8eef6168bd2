package io.clickstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FoldedSessionsTest {

  private static final UUID A = new UUID(1, 1);
  private static final UUID B = new UUID(1, 2);

  private final FoldedSessions folded = new FoldedSessions();

  @Test
  void shouldHoldTheLatestRevisionWhateverTheOrder() {
    folded.add(A, 1, false, 3);
    folded.add(A, 3, false, 5);
    folded.add(A, 2, false, 4);
    folded.add(B, 1, false, 10);

    assertThat(totals()).containsExactly(2L, 15L, 0L);
  }

  @Test
  void shouldDropASessionWhenItIsDeleted() {
    folded.add(A, 1, false, 3);
    folded.add(B, 1, false, 4);
    folded.add(B, 2, true, 0);

    assertThat(totals()).containsExactly(1L, 3L, 1L);
  }

  @Test
  void shouldKeepASessionDroppedWhenAnEarlierRevisionFollowsItsDeletion() {
    folded.add(A, 2, true, 0);
    folded.add(A, 1, false, 3);

    assertThat(totals()).containsExactly(0L, 0L, 1L);
  }

  @Test
  void shouldHoldASessionAgainWhenARevisionFollowsItsDeletion() {
    folded.add(A, 1, false, 3);
    folded.add(A, 2, true, 0);
    folded.add(A, 3, false, 7);

    assertThat(totals()).containsExactly(1L, 7L, 1L);
  }

  @Test
  void shouldAgreeWithAMapWhenThereAreMany() {
    // Given
    Random random = new Random(1);
    Map<UUID, long[]> expected = new HashMap<>();
    long retractions = 0;

    // When
    for (int i = 0; i < 100_000; i++) {
      UUID id = new UUID(random.nextInt(100), random.nextInt(300));
      int revision = 1 + random.nextInt(9);
      boolean deleted = random.nextInt(5) == 0;
      long count = random.nextInt(100);
      folded.add(id, revision, deleted, count);
      long[] before = expected.get(id);
      if (before == null || before[0] < revision) {
        expected.put(id, new long[] {revision, deleted ? -1 : count});
      }
      retractions += deleted ? 1 : 0;
    }

    // Then
    long sessions = expected.values().stream().filter(entry -> entry[1] >= 0).count();
    long events = expected.values().stream().mapToLong(entry -> Math.max(0, entry[1])).sum();
    assertThat(totals()).containsExactly(sessions, events, retractions);
  }

  private List<Long> totals() {
    return List.of(folded.sessions(), folded.eventCount(), folded.retractions());
  }
}
