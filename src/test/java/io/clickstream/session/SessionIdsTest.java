package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionIdsTest {

  private static final Visitor VISITOR = new Visitor("web", VisitorKind.DEVICE, "d1");

  @Test
  void shouldGiveSameIdInEveryVersionWhenVisitorStartAndOrdinalAreTheSame() {
    assertThat(SessionIds.of(VISITOR, Clicks.EPOCH, 0))
        .isEqualTo(UUID.fromString("019b76da-a800-78a3-b790-35fd09883668"));
  }

  @Test
  void shouldBeVersion7AndSortByStart() {
    UUID earlier = SessionIds.of(VISITOR, Clicks.EPOCH, 0);
    UUID later = SessionIds.of(VISITOR, Clicks.EPOCH + 1, 0);

    assertThat(earlier.version()).isEqualTo(7);
    assertThat(earlier.variant()).isEqualTo(2);
    assertThat(SessionIds.startOf(earlier)).isEqualTo(Clicks.EPOCH);
    assertThat(later.toString()).isGreaterThan(earlier.toString());
  }

  @Test
  void shouldDifferWhenVisitorStartOrOrdinalDiffers() {
    Set<UUID> ids = new HashSet<>();
    for (String app : new String[] {"", "web", "app"}) {
      for (VisitorKind kind : VisitorKind.values()) {
        for (String id : new String[] {"1", "2"}) {
          for (int ordinal = 0; ordinal < 3; ordinal++) {
            ids.add(
                SessionIds.of(
                    new Visitor(app.isEmpty() ? null : app, kind, id), Clicks.EPOCH, ordinal));
          }
        }
      }
    }

    assertThat(ids).hasSize(36);
  }

  @Test
  void shouldGiveSameFingerprintInEveryVersion() {
    assertThat(Fingerprint.of("")).isEqualTo(0L);
    assertThat(Fingerprint.of("event-1")).isEqualTo(6521598633443104205L);
    assertThat(Fingerprint.of("https://shop.example/ä")).isEqualTo(-6567142776893430166L);
  }

  @Test
  void shouldHaveNoEqualFingerprintsWhenTextsDiffer() {
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      seen.add(Fingerprint.of("event-" + i));
      seen.add(Fingerprint.of("/" + i));
    }

    assertThat(seen).hasSize(400_000);
  }
}
