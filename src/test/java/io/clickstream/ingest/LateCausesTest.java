package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ingest.LateCauses.Cause;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Times in seconds; a click is late if it is 3 + 60 s and more behind the newest one. */
class LateCausesTest {

  private static final long DAY = 86_400;

  private final List<long[]> clicks = new ArrayList<>();

  @Test
  void shouldNameTheOneClickThatIsAhead() {
    read(1_000);
    read(1_000 + 14 * DAY);
    for (int i = 1; i <= 19; i++) {
      read(1_000 + i);
    }

    LateCauses causes = causes();

    assertThat(causes.late()).isEqualTo(19);
    assertThat(causes.clicks()).isEqualTo(21);
    assertThat(causes.causes()).containsExactly(cause(19, 1, 2, 1_000 + 14 * DAY, 14 * DAY));
    assertThat(causes.isComplete()).isTrue();
  }

  @Test
  void shouldNameTheFirstClickWhenItIsAheadOfAll() {
    read(1_000 + 14 * DAY);
    read(1_000);
    read(1_001);

    assertThat(causes().causes()).containsExactly(cause(2, 1, 1, 1_000 + 14 * DAY, -1));
  }

  /** Without the first of them the second would have made the others late. */
  @Test
  void shouldNameThemTogetherWhenADeviceIsAheadForLong() {
    read(1_000);
    for (int i = 1; i <= 3; i++) {
      read(14 * DAY + i * 3_600);
      for (int j = 0; j < 5; j++) {
        read(i * 3_600 + j);
      }
    }

    assertThat(causes().causes())
        .containsExactly(cause(15, 3, 2, 14 * DAY + 3_600, 14 * DAY + 3_600 - 1_000));
  }

  @Test
  void shouldNameTheClickThatMadeMostLateFirst() {
    read(0);
    read(10_000);
    read(1);
    read(10_010);
    read(20_000);
    read(10_011);
    read(10_012);

    assertThat(causes().causes())
        .containsExactly(cause(2, 1, 5, 20_000, 9_990), cause(1, 1, 2, 10_000, 10_000));
  }

  @Test
  void shouldNotBlameClicksThatGoOnInOrderBehindTheOneThatIsAhead() {
    read(0);
    read(5_000);
    for (int time = 10; time <= 8_000; time += 10) {
      read(time);
    }

    assertThat(causes().causes()).containsExactly(cause(493, 1, 2, 5_000, 5_000));
  }

  @Test
  void shouldBlameNoClickWhenTheFileIsSortedByVisitor() {
    for (int visitor = 0; visitor < 10; visitor++) {
      for (int i = 0; i < 100; i++) {
        read(i * 600 + visitor);
      }
    }

    LateCauses causes = causes();

    assertThat(causes.late()).isEqualTo(891);
    assertThat(causes.causes()).isEmpty();
  }

  @Test
  void shouldLookAtEachPartitionByItself() {
    // Given
    LateCauses causes = new LateCauses(1, seconds(3), seconds(60), seconds(0));
    causes.addLate(500_000, 5_000_000 - 3_001);

    // When
    causes.addRead(0, 1, visitor(0), 400_000);
    causes.addRead(0, 3, visitor(0), 9_000_000);
    causes.addRead(1, 2, visitor(1), 410_000);
    causes.addRead(1, 4, visitor(1), 5_000_000);
    causes.addRead(1, 6, visitor(1), 500_000);

    // Then: event time is that of the slowest
    assertThat(causes.causes()).containsExactly(cause(1, 1, 4, 5_000, 4_590));
  }

  @Test
  void shouldSayHowMuchLatenessWouldHaveBeenEnough() {
    // Given
    read(1_000);
    read(1_200);
    read(1_136);
    read(1_110);

    // When
    LateCauses causes = causes();

    // Then: later than 1137 - 27 s
    assertThat(causes.late()).isEqualTo(2);
    assertThat(causes.latenessNeededMs()).isEqualTo(27_000);
    assertThat(new LateCauses(1, seconds(3), seconds(60), seconds(0)).latenessNeededMs()).isZero();
  }

  @Test
  void shouldSayWhenItCouldNotLookAtAll() {
    read(10_000_000);
    for (int i = 0; i <= LateCauses.MAX_KEPT; i++) {
      read(i);
    }

    LateCauses causes = causes();

    assertThat(causes.isComplete()).isFalse();
    assertThat(causes.late()).isEqualTo(LateCauses.MAX_KEPT + 1);
    assertThat(causes.causes()).containsExactly(cause(LateCauses.MAX_KEPT, 1, 1, 10_000_000, -1));
  }

  @Test
  void shouldTakeADeviceThatIsAheadForOneVisitor() {
    for (int i = 0; i < 20; i++) {
      read(i % 4, 1_000 + i);
      read(4, 14 * DAY + i * 100);
    }

    assertThat(causes(1).causes())
        .containsExactly(new Cause(19, 19, 1, 2, 14 * DAY * 1_000, (14 * DAY - 1_000) * 1_000));
    assertThat(causes(2).late()).isZero();
  }

  @Test
  void shouldNameTheClickWithWhichThereWereEnoughWitnesses() {
    read(0, 1_000);
    read(1, 14 * DAY + 5);
    read(2, 1_001);
    read(3, 14 * DAY);
    for (int i = 1; i <= 19; i++) {
      read(i % 3 == 1 ? 0 : 2, 1_000 + i);
    }

    LateCauses causes = causes(2);

    assertThat(causes.causes())
        .containsExactly(new Cause(19, 1, 1, 4, 14 * DAY * 1_000, (14 * DAY - 1_001) * 1_000));
    assertThat(causes.witnesses()).isEqualTo(2);
    assertThat(causes(3).late()).isZero();
  }

  /** One of a visitor of its own. */
  private void read(long seconds) {
    read(clicks.size(), seconds);
  }

  private void read(int visitor, long seconds) {
    clicks.add(new long[] {clicks.size() + 1, seconds * 1_000, visitor});
  }

  private static Visitor visitor(long index) {
    return new Visitor(null, VisitorKind.DEVICE, "d" + index);
  }

  private LateCauses causes() {
    return causes(1);
  }

  /** Those of one partition, with a watermark after every click. */
  private LateCauses causes(int needed) {
    LateCauses causes = new LateCauses(needed, seconds(3), seconds(60), seconds(0));
    Witnesses witnesses = new Witnesses(needed);
    for (long[] click : clicks) {
      long time = witnesses.add(visitor(click[2]), click[1]);
      if (time != Witnesses.NONE && click[1] <= time - 3_001 - 60_000) {
        causes.addLate(click[1], time - 3_001);
      }
    }
    for (long[] click : clicks) {
      causes.addRead(0, click[0], visitor(click[2]), click[1]);
    }
    return causes;
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Every click is of another visitor. */
  private static Cause cause(long late, long clicks, long line, long seconds, long ahead) {
    return new Cause(late, clicks, clicks, line, seconds * 1_000, ahead < 0 ? -1 : ahead * 1_000);
  }
}
