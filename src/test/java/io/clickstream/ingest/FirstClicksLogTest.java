package io.clickstream.ingest;

import static io.clickstream.ingest.IngestSamples.NOW;
import static io.clickstream.ingest.IngestSamples.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.Columns;
import io.clickstream.columns.FieldSource;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.SessionSettings;
import io.clickstream.ingest.json.JsonClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import io.clickstream.wire.IngestTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** What the running job says of its first clicks. */
class FirstClicksLogTest {

  private static final IngestSettings MISTAKEN =
      IngestSettings.defaults()
          .with(IngestSettings.FIELDS, Map.of("page_url", FieldSource.parse("propertes.url")));

  @Test
  void shouldSayOnceWhatLooksWrongAfterTheFirstClicks() throws Exception {
    List<String> before = new ArrayList<>();
    List<String> said = logged(MISTAKEN, before);

    assertThat(before).isEmpty();
    assertThat(said)
        .containsExactly(
            "Something looks wrong in the first clicks of this subtask; see clickstream inspect:"
                + " clicks=10000 findings=\n"
                + "Fields that a setting maps and of which no click has a value:\n"
                + "  page_url (propertes.url): in none of 10,000 clicks");
  }

  @Test
  void shouldSayThatNothingLooksWrong() throws Exception {
    assertThat(logged(IngestSettings.defaults(), new ArrayList<>()))
        .containsExactly("Nothing looks wrong in the first clicks of this subtask: clicks=10000");
  }

  /**
   * The lines of 25 000 clicks.
   *
   * @param before gets those of the first 9 999
   */
  private static List<String> logged(IngestSettings settings, List<String> before)
      throws Exception {
    Lines lines = new Lines();
    Logger logger = (Logger) LogManager.getLogger(RouteIngested.class);
    Level level = logger.getLevel();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
    JsonClickFormat format = new JsonClickFormat(settings);
    try (OneInputStreamOperatorTestHarness<Ingested, Click> harness =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(
                new RouteIngested(Columns.BUILT_IN)
                    .diagnosing(settings, SessionSettings.defaults())),
            IngestTypes.INGESTED.createSerializer(new SerializerConfigImpl()))) {
      harness.setup(IngestTypes.CLICK.createSerializer(new SerializerConfigImpl()));
      harness.open();
      for (int i = 0; i < 25_000; i++) {
        byte[] value =
            bytes(
                "{\"event_type\":\"search\",\"timestamp\":%d,\"anonymous_id\":\"d\"}"
                    .formatted(NOW));
        harness.processElement(
            format.parse(new Origin("raw-clicks", 0, i, null, value), NOW, NOW), NOW);
        if (i == 9_998) {
          before.addAll(lines.texts);
        }
      }
      assertThat(harness.extractOutputValues()).hasSize(25_000);
    } finally {
      logger.removeAppender(lines);
      logger.setLevel(level);
    }
    return lines.texts;
  }

  private static final class Lines extends AbstractAppender {

    private final List<String> texts = new ArrayList<>();

    Lines() {
      super("first clicks", null, null, true, Property.EMPTY_ARRAY);
      start();
    }

    @Override
    public void append(LogEvent event) {
      texts.add(event.getMessage().getFormattedMessage());
    }
  }
}
