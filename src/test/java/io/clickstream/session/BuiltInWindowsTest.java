package io.clickstream.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.model.Click;
import io.clickstream.model.Session;
import io.clickstream.model.SessionValues;
import io.clickstream.model.Visitor;
import io.clickstream.wire.IngestTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.typeinfo.BasicTypeInfo;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.windowing.assigners.EventTimeSessionWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;

/**
 * Where nothing comes behind the watermark, the sessions are those of Flink's own session windows.
 *
 * <p>Flink fires a session window at {@code end + gap - 1} although a window that touches it at
 * {@code end + gap} would still merge with it. It therefore sees each watermark one less here.
 */
@Label("Against Flink's session windows")
class BuiltInWindowsTest {

  @Property(tries = 300)
  @Label("the sessions are the same when no click is behind")
  void shouldAgreeWithSessionWindows(@ForAll("scenarios") Scenario scenario) throws Exception {
    PureSessionizer ours = new PureSessionizer(scenario.settings());
    try (KeyedOneInputStreamOperatorTestHarness<Visitor, Click, String> windows =
        windows(scenario.settings().gap())) {
      windows.open();
      long watermark = Long.MIN_VALUE;
      for (Scenario.Step step : scenario.steps()) {
        if (step instanceof Scenario.Mark mark && Clicks.EPOCH + mark.watermark() > watermark) {
          watermark = Clicks.EPOCH + mark.watermark();
          ours.watermark(mark.watermark());
          windows.processWatermark(watermark - 1);
        } else if (step instanceof Scenario.Arrival arrival
            && arrival.click().timestamp() > watermark) {
          ours.click(arrival.click());
          windows.processElement(arrival.click(), arrival.click().timestamp());
        }
      }
      ours.end();
      windows.processWatermark(Long.MAX_VALUE);

      List<String> theirs = new ArrayList<>();
      for (Object output : windows.getOutput()) {
        if (output instanceof StreamRecord<?> element) {
          theirs.add((String) element.getValue());
        }
      }
      assertThat(ours.late()).isEmpty();
      assertThat(ours.sessions()).noneMatch(Session::isDeleted);
      assertThat(ours.sessions().stream().map(BuiltInWindowsTest::shown))
          .containsExactlyInAnyOrderElementsOf(theirs);
    }
  }

  private static String shown(Session session) {
    SessionValues facts = session.values();
    assertThat(facts).isNotNull();
    return session.visitor().canonical()
        + " "
        + session.start()
        + ".."
        + facts.end()
        + " n="
        + facts.number("event_count");
  }

  /** The operator that Flink would run for a hand-written job. */
  private static KeyedOneInputStreamOperatorTestHarness<Visitor, Click, String> windows(
      Duration gap) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    OneInputTransformation<?, ?> transformation =
        (OneInputTransformation<?, ?>)
            env.fromData(IngestTypes.CLICK, Clicks.at(0).click())
                .keyBy(Click::visitor, IngestTypes.VISITOR)
                .window(EventTimeSessionWindows.withGap(gap))
                .process(new Describe(), BasicTypeInfo.STRING_TYPE_INFO)
                .getTransformation();
    @SuppressWarnings("unchecked")
    OneInputStreamOperator<Click, String> operator =
        (OneInputStreamOperator<Click, String>) transformation.getOperator();
    KeySelector<Click, Visitor> byVisitor = Click::visitor;
    return new KeyedOneInputStreamOperatorTestHarness<>(operator, byVisitor, IngestTypes.VISITOR);
  }

  static final class Describe extends ProcessWindowFunction<Click, String, Visitor, TimeWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void process(
        Visitor visitor, Context context, Iterable<Click> clicks, Collector<String> out) {
      long start = Long.MAX_VALUE;
      long end = Long.MIN_VALUE;
      int count = 0;
      for (Click click : clicks) {
        start = Math.min(start, click.timestamp());
        end = Math.max(end, click.timestamp());
        count++;
      }
      out.collect(visitor.canonical() + " " + start + ".." + end + " n=" + count);
    }
  }

  @Provide
  Arbitrary<Scenario> scenarios() {
    return Scenario.withoutIds();
  }
}
