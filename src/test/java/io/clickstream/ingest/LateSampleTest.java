package io.clickstream.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Times in seconds; a click is late if it is 3 + 60 s and more behind the newest one. */
class LateSampleTest {

  private static final Duration BOUND = Duration.ofSeconds(3);
  private static final Duration GAP = Duration.ofSeconds(50);
  private static final Duration LATENESS = Duration.ofSeconds(10);
  private static final long DAY = 86_400;
  private static final Visitor VISITOR = new Visitor(null, VisitorKind.DEVICE, "d");

  private final LateSample sample = new LateSample(1, BOUND, GAP, LATENESS);

  @Test
  void shouldSayNothingWhenNoClickIsLate() {
    read("a", 0, 0, 1_000, 1_001, 938);

    assertThat(sample.late()).isZero();
    assertThat(sample.lines()).isEmpty();
  }

  @Test
  void shouldTellALateClickFromOneThatIsJustInTime() {
    // one millisecond decides: 63.000 s behind is in time, 63.001 s is late
    sample.add("a", 0, 0, VISITOR, 100_000);
    sample.add("a", 0, 1, VISITOR, 100_000 - 63_000);
    assertThat(sample.late()).isZero();

    sample.add("a", 0, 2, VISITOR, 100_000 - 63_001);
    assertThat(sample.late()).isEqualTo(1);
  }

  @Test
  void shouldNameTheClickThatMadeOthersLateInItsPartition() {
    read("clicks", 3, 17, 1_000, 1_000 + 14 * DAY, 1_001, 1_002, 1_003);
    read("clicks", 4, 0, 1_000, 1_001);

    assertThat(sample.lines())
        .containsExactly(
            "Clicks that are late by the event time of their own partition: 3",
            "  3 of 5 in clicks-3 because of one click at 1970-01-15T00:16:40Z (offset 18), 14 d"
                + " ahead of all before");
  }

  @Test
  void shouldNameTheLineWhenItIsAFile() {
    read("clicks.jsonl", -1, 1, 1_000, 1_000 + 14 * DAY, 1_001);

    assertThat(sample.lines())
        .last()
        .asString()
        .startsWith(
            "  1 of 3 in clicks.jsonl because of one click at 1970-01-15T00:16:40Z (line 2)");
  }

  @Test
  void shouldSayThatRecordsAreInNoOrderWhenNoClickIsAnException() {
    long[] backwards = new long[50];
    for (int i = 0; i < backwards.length; i++) {
      backwards[i] = 10_000 + 100L * (i % 2 == 0 ? i : -i);
    }
    read("a", 0, 0, backwards);

    assertThat(sample.late()).isPositive();
    assertThat(sample.lines()).last().asString().contains("not in order of time");
  }

  @Test
  void shouldNotTakeOneVisitorForTheTimeWhenThereAreTwoWitnesses() {
    LateSample two = new LateSample(2, BOUND, GAP, LATENESS);
    Visitor wrong = new Visitor(null, VisitorKind.DEVICE, "wrong");
    two.add("a", 0, 0, VISITOR, 1_000_000);
    two.add("a", 0, 1, wrong, 1_000_000 + DAY * 1_000);
    two.add("a", 0, 2, VISITOR, 1_001_000);

    assertThat(two.late()).isZero();
  }

  /** Whatever the clicks, late are those that a naive reader finds late. */
  @Property(tries = 300)
  void shouldFindAsManyAsANaiveReader(
      @ForAll @Size(max = 60) List<@IntRange(max = 300) Integer> seconds) {
    LateSample found = new LateSample(1, BOUND, GAP, LATENESS);
    List<Long> before = new ArrayList<>();
    long late = 0;
    for (int each : seconds) {
      long time = each * 1_000L;
      late += before.stream().anyMatch(other -> time <= other - 63_001) ? 1 : 0;
      before.add(time);
      found.add("a", 0, before.size(), VISITOR, time);
    }

    assertThat(found.late()).isEqualTo(late);
    assertThat(found.lines().isEmpty()).isEqualTo(late == 0);
  }

  private void read(String topic, int partition, long offset, long... seconds) {
    for (int i = 0; i < seconds.length; i++) {
      sample.add(topic, partition, offset + i, VISITOR, seconds[i] * 1_000);
    }
  }
}
