package io.clickstream.session;

import io.clickstream.config.SessionSettings;
import io.clickstream.model.Click;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/**
 * Random input of a sessionizer: clicks of a few visitors, watermarks and restarts, in any order.
 */
public record Scenario(SessionSettings settings, List<Step> steps) {

  /** Something that happens. */
  public sealed interface Step {}

  /** A click arrives. */
  public record Arrival(Click click) implements Step {
    @Override
    public String toString() {
      return "click %s at %d id=%s %s"
          .formatted(
              click.visitor().id(),
              click.timestamp() - Clicks.EPOCH,
              click.eventId(),
              click.kind().name().toLowerCase(Locale.ROOT));
    }
  }

  /** A watermark arrives; if it does not advance it is none. */
  public record Mark(long watermark) implements Step {}

  /** A snapshot is taken and restored under these settings. */
  public record Restart(SessionSettings settings) implements Step {}

  /** How the settings of a scenario vary from restart to restart. */
  public enum Changes {
    LATENESS,
    GAP_AND_LATENESS
  }

  /** Sessions without cuts: every id of a session is remembered. */
  public static Arbitrary<Scenario> withoutCuts(Changes changes) {
    return arbitrary(new RandomScenario(changes, List.of(86_400_000L), List.of(10_000)));
  }

  /** The same of clicks with a few fields, which are made in less time. */
  static Arbitrary<Scenario> ofPlainClicks(int visitors) {
    return arbitrary(random -> RandomScenario.ofPlainClicks(random, visitors));
  }

  /** Without repeated events and without restarts. */
  static Arbitrary<Scenario> withoutIds() {
    return withoutCuts(Changes.GAP_AND_LATENESS)
        .map(
            scenario ->
                scenario.with(
                    scenario.steps().stream().filter(step -> !(step instanceof Restart)).toList()));
  }

  /** Sessions that are cut all the time. */
  public static Arbitrary<Scenario> withCuts() {
    return arbitrary(new RandomScenario(Changes.LATENESS, List.of(1L, 10L, 40L), List.of(1, 2, 5)));
  }

  /** Made by a seed alone, which takes half of the time of arbitraries of every part. */
  private static Arbitrary<Scenario> arbitrary(Function<Random, Scenario> make) {
    return Arbitraries.fromGenerator(random -> new Shortening(make.apply(random)));
  }

  private Scenario with(List<Step> others) {
    return new Scenario(settings, others);
  }

  /** One that fails is shortened: steps are left out, half of them or one by one. */
  private record Shortening(Scenario value) implements Shrinkable<Scenario> {

    @Override
    public Stream<Shrinkable<Scenario>> shrink() {
      List<Step> steps = value.steps();
      int half = steps.size() / 2;
      Stream<List<Step>> halves =
          half == 0
              ? Stream.of()
              : Stream.of(steps.subList(0, half), steps.subList(half, steps.size()));
      Stream<List<Step>> others =
          steps.size() == 1
              ? Stream.of()
              : IntStream.range(0, steps.size()).mapToObj(left -> without(steps, left));
      return Stream.concat(halves, others).map(some -> new Shortening(value.with(some)));
    }

    private static List<Step> without(List<Step> steps, int left) {
      List<Step> others = new ArrayList<>(steps);
      others.remove(left);
      return others;
    }

    @Override
    public ShrinkingDistance distance() {
      return ShrinkingDistance.of(value.steps().size());
    }
  }
}
