package io.clickstream.session;

import io.clickstream.columns.CutDefinitions;
import io.clickstream.columns.CutDefinitions.Campaigns;
import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import io.clickstream.model.Origin;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Random cuts, and random clicks of one or two visitors in a random order, with restarts. */
public record CutScenario(SessionSettings settings, CutDefinitions cuts, List<Step> steps) {

  /** Something that happens. */
  public sealed interface Step {}

  /** A click arrives, with what it has beside the fields of all clicks. */
  public record Arrival(Click click, DefinedClicks.Values values) implements Step {
    @Override
    public String toString() {
      return "click %s at %s id=%s user=%s campaign=%s %s %s"
          .formatted(
              click.visitor().id(),
              Instant.ofEpochMilli(click.timestamp()),
              click.eventId(),
              click.userId(),
              click.utmSource(),
              values.texts(),
              values.conditions());
    }
  }

  /** A watermark, epoch ms. */
  public record Mark(long watermark) implements Step {
    @Override
    public String toString() {
      return "watermark " + Instant.ofEpochMilli(watermark);
    }
  }

  /** A snapshot is taken and restored. */
  public record Restart() implements Step {}

  static final long MINUTE = 60_000;

  /** Moments at which something happens to the clocks or the date there. */
  private static final List<Map.Entry<String, String>> MIDNIGHTS =
      List.of(
          Map.entry("UTC", "2026-01-01T00:00:00Z"),
          Map.entry("Europe/Berlin", "2026-03-28T23:00:00Z"),
          // 00:00 becomes 01:00.
          Map.entry("America/Havana", "2026-03-08T05:00:00Z"),
          // 24:00 becomes 23:00.
          Map.entry("Asia/Beirut", "2025-10-25T21:00:00Z"),
          Map.entry("Asia/Beirut", "2025-10-25T22:00:00Z"),
          // 00:01 becomes 23:01 of the day before.
          Map.entry("America/St_Johns", "2006-10-29T02:31:00Z"),
          Map.entry("America/St_Johns", "2006-10-29T03:30:00Z"),
          // There is no 30 December.
          Map.entry("Pacific/Apia", "2011-12-30T10:00:00Z"));

  private static final String[] VISITORS = {"v", "w"};

  /** What scenarios may have. */
  public record Kind(boolean passive, boolean overflow, boolean restarts, boolean limits) {}

  public static CutScenario random(Random random, Kind kind) {
    Map.Entry<String, String> place = MIDNIGHTS.get(random.nextInt(MIDNIGHTS.size()));
    long base = Instant.parse(place.getValue()).toEpochMilli();
    long gap = 20 * MINUTE;
    long[] lateness = {0, MINUTE, 20 * MINUTE, 60 * MINUTE};
    SessionSettings settings =
        SessionSemantics.settings(
            gap,
            lateness[random.nextInt(lateness.length)],
            kind.limits
                ? new long[] {MINUTE, 30 * MINUTE, 86_400_000}[random.nextInt(3)]
                : 86_400_000_000L,
            kind.limits ? new int[] {1, 2, 5, 10_000}[random.nextInt(4)] : 10_000,
            10_000);
    boolean all = random.nextInt(4) == 0;
    CutDefinitions cuts =
        new CutDefinitions(
            all || random.nextInt(3) == 0,
            all || random.nextInt(3) == 0 ? Campaigns.values()[random.nextInt(2)] : null,
            all || random.nextInt(3) == 0
                ? random.nextBoolean()
                    ? List.of(DefinedClicks.at("a"), DefinedClicks.at("b"))
                    : List.of(DefinedClicks.at("b"))
                : List.of(),
            all || random.nextInt(3) == 0 ? DefinedClicks.where("start") : null,
            all || random.nextInt(3) == 0 ? DefinedClicks.where("end") : null,
            all || random.nextInt(3) == 0 ? ZoneId.of(place.getKey()) : null,
            kind.passive && random.nextInt(2) == 0 ? DefinedClicks.where("passive") : null,
            kind.overflow && random.nextInt(2) == 0 ? 250 : CutDefinitions.MAX_WAITING);
    List<Step> steps = new ArrayList<>();
    int count = 1 + random.nextInt(28);
    long now = -40 + random.nextInt(40);
    for (int i = 0; i < count; i++) {
      int dice = random.nextInt(14);
      if (dice < 10) {
        now += random.nextInt(6) == 0 ? random.nextInt(45) : random.nextInt(4);
        long time = random.nextInt(3) == 0 ? now - random.nextInt(60) : now - random.nextInt(5);
        steps.add(arrival(random, base + time * MINUTE, !kind.limits));
      } else if (dice < 13 || !kind.restarts) {
        long mark = now - 10 + random.nextInt(random.nextInt(3) == 0 ? 60 : 12);
        steps.add(new Mark(base + mark * MINUTE));
      } else {
        steps.add(new Restart());
      }
    }
    return new CutScenario(settings, cuts, steps);
  }

  private static Arrival arrival(Random random, long time, boolean withIds) {
    Map<String, String> texts = new HashMap<>();
    Set<String> conditions = new HashSet<>();
    for (String path : List.of("a", "b")) {
      if (random.nextInt(3) == 0) {
        texts.put(path, path + random.nextInt(2));
      }
    }
    for (String condition : List.of("start", "end", "passive")) {
      if (random.nextInt(5) == 0) {
        conditions.add(condition);
      }
    }
    String user = random.nextInt(2) == 0 ? "u" + random.nextInt(2) : null;
    String id =
        random.nextInt(3) == 0 || !withIds
            ? null
            : random.nextInt(3) == 0 ? "x" + random.nextInt(2) : "e" + random.nextInt(1_000);
    String source = random.nextInt(3) == 0 ? "s" + random.nextInt(2) : null;
    String clickId = random.nextInt(8) == 0 ? "g" + random.nextInt(2) : null;
    String type = random.nextInt(4) == 0 ? "scroll" : "page_view";
    String visitor = VISITORS[random.nextInt(6) == 0 ? 1 : 0];
    Click click =
        Clicks.at(time - Clicks.EPOCH)
            .visitor(new Visitor(null, VisitorKind.DEVICE, visitor))
            .id(id)
            .type(type)
            .user(user)
            .campaign(source, null, null)
            .clickId(clickId)
            .click();
    String content =
        List.of(visitor, String.valueOf(user), String.valueOf(source), String.valueOf(clickId))
            + new TreeMap<>(texts).toString()
            + new TreeSet<>(conditions);
    return new Arrival(
        click.withOrigin(
            new Origin("raw-clicks", 0, 0, null, content.getBytes(StandardCharsets.UTF_8))),
        new DefinedClicks.Values(texts, conditions));
  }

  CutScenario with(List<Step> other) {
    return new CutScenario(settings, cuts, other);
  }
}
