package io.clickstream.faults;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of what was watched while something went wrong, as PNG. */
final class FaultCharts {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 360;
  private static final double MIB = 1 << 20;

  private FaultCharts() {}

  /** How long the last stable offset that was held longest had not moved. */
  static void heldOffsets(List<StableOffsets.Sample> samples, Path file) throws IOException {
    XYChart chart = chart("Last stable offset held back", "s");
    add(
        chart,
        "held for",
        samples,
        StableOffsets.Sample::time,
        sample -> sample.heldMs() / 1_000.0);
    save(chart, file);
  }

  /** How old the newest session was for readers of the topic and of the table. */
  static void ages(List<SessionAges.Sample> samples, Path file) throws IOException {
    XYChart chart = chart("Age of the newest session", "s");
    add(
        chart,
        "in the table",
        samples.stream().filter(sample -> sample.tableMs() >= 0).toList(),
        SessionAges.Sample::time,
        sample -> sample.tableMs() / 1_000.0);
    add(
        chart,
        "in the topic",
        samples,
        SessionAges.Sample::time,
        sample -> sample.topicMs() / 1_000.0);
    save(chart, file);
  }

  /** How many sessions a second readers of the topic saw, over five seconds each. */
  static void sessions(List<SessionAges.Sample> samples, Path file) throws IOException {
    XYChart chart = chart("Sessions that readers see", "a second");
    List<double[]> rates = new ArrayList<>();
    int from = 0;
    for (int to = 0; to < samples.size(); to++) {
      while (samples.get(to).time() - samples.get(from).time() > 5_000) {
        from++;
      }
      long millis = samples.get(to).time() - samples.get(from).time();
      if (millis > 4_000) {
        rates.add(
            new double[] {
              samples.get(to).time(),
              (samples.get(to).sessions() - samples.get(from).sessions()) * 1_000.0 / millis
            });
      }
    }
    add(chart, "sessions a second", rates, rate -> (long) rate[0], rate -> rate[1]);
    save(chart, file);
  }

  /** The figures that must not grow in a long run: three pictures in a directory. */
  static void longRun(List<LongRun.Sample> samples, Path directory) throws IOException {
    List<LongRun.Sample> seen =
        samples.stream()
            .filter(sample -> sample.heapBytes() >= 0 && sample.stateBytes() >= 0)
            .filter(sample -> sample.openTransactions() >= 0)
            .toList();
    XYChart memory = chart("Memory and state while processes are killed", "MiB");
    add(
        memory,
        "heap of all TaskManagers",
        seen,
        LongRun.Sample::time,
        sample -> sample.heapBytes() / MIB);
    add(
        memory,
        "state in a checkpoint",
        seen,
        LongRun.Sample::time,
        sample -> sample.stateBytes() / MIB);
    add(
        memory,
        "files of RocksDB",
        samples.stream().filter(sample -> sample.rocksDbBytes() >= 0).toList(),
        LongRun.Sample::time,
        sample -> sample.rocksDbBytes() / MIB);
    save(memory, directory.resolve("long-run-memory.png"));
    XYChart timers = chart("Timers while processes are killed", "");
    add(
        timers,
        "timers, as RocksDB estimates it",
        samples.stream().filter(sample -> sample.timers() >= 0).toList(),
        LongRun.Sample::time,
        LongRun.Sample::timers);
    save(timers, directory.resolve("long-run-timers.png"));
    XYChart transactions = chart("Transactions while processes are killed", "");
    add(transactions, "open", seen, LongRun.Sample::time, LongRun.Sample::openTransactions);
    add(
        transactions,
        "transactional ids",
        seen,
        LongRun.Sample::time,
        LongRun.Sample::transactionalIds);
    save(transactions, directory.resolve("long-run-transactions.png"));
  }

  private static XYChart chart(String title, String unit) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("minutes")
            .yAxisTitle(unit)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisMin(0.0);
    return chart;
  }

  private static <T> void add(
      XYChart chart,
      String name,
      List<T> samples,
      ToLongFunction<T> time,
      ToDoubleFunction<T> value) {
    if (samples.isEmpty()) {
      return;
    }
    long start = time.applyAsLong(samples.get(0));
    chart
        .addSeries(
            name,
            samples.stream().mapToDouble(s -> (time.applyAsLong(s) - start) / 60_000.0).toArray(),
            samples.stream().mapToDouble(value).toArray())
        .setMarker(SeriesMarkers.NONE);
  }

  private static void save(XYChart chart, Path file) throws IOException {
    Files.write(file, ChartEncoder.getBytes(chart, "png"));
  }
}
