package io.clickstream.ingest.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.clickstream.columns.Columns;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.ingest.ClickFormat;
import io.clickstream.model.Click;
import io.clickstream.model.ClickProduct;
import io.clickstream.model.ClickText;
import io.clickstream.model.Ingested;
import io.clickstream.model.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a format makes of records, with the settings that it stands for and nothing else set. */
final class FormatRun {

  /** The Kafka timestamp of all records, and the wall clock. */
  static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  /** Texts that say little and are long, left out. */
  private static final List<ClickText> UNSHOWN =
      List.of(ClickText.EVENT_TYPE, ClickText.ANONYMOUS_ID, ClickText.APP_ID, ClickText.USER_AGENT);

  private final ClickFormat format;

  private FormatRun(ClickFormat format) {
    this.format = format;
  }

  static FormatRun of(String format, String... arguments) {
    return new FormatRun(TrackerFormat.of(settings(format, arguments), Columns.BUILT_IN));
  }

  static IngestSettings settings(String format, String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--kafka.bootstrap-servers",
                "broker:9092",
                "--sink.transactional-id-prefix",
                "shop",
                "--ingest.format",
                format));
    all.addAll(List.of(arguments));
    return SettingsReader.read(Invocation.of(all.toArray(String[]::new)), Map.of())
        .settings()
        .ingest();
  }

  /** All that a record becomes. */
  List<Ingested> ingested(byte[] record) {
    List<Ingested> all = new ArrayList<>();
    format.parse(
        new Origin("clicks", 0, 7, null, record, NOW.toEpochMilli()),
        NOW.toEpochMilli(),
        NOW.toEpochMilli(),
        all::add);
    return all;
  }

  /** The same in words, one line each. */
  List<String> lines(String record) {
    return ingested(record.getBytes(UTF_8)).stream().map(FormatRun::line).toList();
  }

  private static String line(Ingested ingested) {
    if (ingested.rejection() != null) {
      return ingested.rejection().reason() + ": " + ingested.rejection().detail();
    }
    Click click = ingested.click();
    if (click == null) {
      return ingested.what().toString().toLowerCase(java.util.Locale.ROOT);
    }
    StringBuilder line = new StringBuilder();
    line.append(click.kind()).append(" '").append(click.texts().get(ClickText.EVENT_TYPE));
    line.append("' of ").append(click.visitor().kind()).append(' ').append(click.visitor().id());
    if (click.visitor().appId() != null) {
      line.append(" of ").append(click.visitor().appId());
    }
    line.append(" at ").append(Instant.ofEpochMilli(click.timestamp()));
    for (ClickText text : ClickText.values()) {
      if (!UNSHOWN.contains(text) && click.texts().has(text)) {
        line.append(", ").append(text.name().toLowerCase(java.util.Locale.ROOT)).append(' ');
        line.append(click.texts().get(text));
      }
    }
    if (click.price() != null || click.quantity() != 1) {
      line.append(", ").append(click.quantity()).append(" at ").append(click.price());
    }
    if (click.revenue() != null) {
      line.append(", revenue ").append(click.revenue());
    }
    for (ClickProduct product : click.products()) {
      line.append(", ").append(product.quantity()).append(' ').append(product.id());
      line.append(" at ").append(product.price());
    }
    if (!ingested.problems().isEmpty()) {
      line.append(", problems ").append(ingested.problems());
    }
    return Objects.requireNonNull(line.toString());
  }
}
