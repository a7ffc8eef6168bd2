package io.clickstream.benchmark;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Pictures of the warm runs, as PNG: throughput by system, latency by interval, processor time by
 * size of the workload. One for which there are no runs is left out.
 */
final class Charts {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 560;

  /** One colour for a system in all pictures, also apart without colours: from dark to light. */
  private static final Map<String, Color> COLORS =
      Map.of(
          "ours", new Color(0x0B5FA5),
          "plain", new Color(0xE07B00),
          "sql", new Color(0x7A9E2E),
          "streams", new Color(0xB04A8B),
          "l2", new Color(0x707070),
          "l1", new Color(0x9A9A9A),
          "l0", new Color(0xC4C4C4));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_UP);

  private final List<RunResult> runs;

  /** Takes the warm ones among them. */
  Charts(Collection<RunResult> runs) {
    this.runs = runs.stream().filter(RunResult::warm).toList();
  }

  /** Writes the pictures and returns them. */
  List<Path> write(Path directory) throws IOException {
    List<Path> written = new ArrayList<>();
    CategoryChart throughput = throughput();
    if (!throughput.getSeriesCollection().isEmpty()) {
      written.add(write(throughput, directory.resolve("throughput.png")));
    }
    XYChart latency = latency();
    if (!latency.getSeriesCollection().isEmpty()) {
      written.add(write(latency, directory.resolve("latency.png")));
    }
    XYChart cpu = cpu();
    if (!cpu.getSeriesCollection().isEmpty()) {
      written.add(write(cpu, directory.resolve("cpu.png")));
    }
    return written;
  }

  private static Path write(Chart<?, ?> chart, Path file) throws IOException {
    Files.write(file, ChartEncoder.getBytes(chart, "png"));
    return file;
  }

  /** Bars: every system, over each workload and interval. */
  private CategoryChart throughput() {
    List<RunResult> drains = compared();
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Throughput, from the start until all is committed (medians of warm runs)")
            .yAxisTitle("thousand clicks per second")
            .build();
    Set<String> categories = new LinkedHashSet<>();
    drains.forEach(run -> categories.add(category(run)));
    for (String system : systems(drains)) {
      List<@Nullable Double> bars = new ArrayList<>();
      for (String category : categories) {
        bars.add(
            median(
                drains,
                run -> run.system().equals(system) && category(run).equals(category),
                run -> thousands(run.eventsPerSecond())));
      }
      // One that did not take part has no bar.
      List<Double> heights = bars.stream().map(bar -> bar == null ? Double.NaN : bar).toList();
      chart.addSeries(system, List.copyOf(categories), heights).setFillColor(color(system));
    }
    style(chart.getStyler());
    chart.getStyler().setLabelsVisible(true);
    chart.getStyler().setLabelsPosition(1.06);
    chart.getStyler().setLabelsFontColorAutomaticEnabled(false);
    chart.getStyler().setLabelsFontColor(Color.DARK_GRAY);
    chart.getStyler().setDecimalPattern("#,##0");
    chart.getStyler().setAvailableSpaceFill(0.8);
    return chart;
  }

  /** The runs over what most systems ran: one that is alone compares with nothing. */
  private List<RunResult> compared() {
    List<RunResult> drains = runs.stream().filter(run -> run.latencyMs() == null).toList();
    Map<String, Set<String>> systems = new TreeMap<>();
    drains.forEach(
        run -> systems.computeIfAbsent(category(run), key -> new TreeSet<>()).add(run.system()));
    boolean together = systems.values().stream().anyMatch(names -> names.size() > 1);
    return drains.stream()
        .filter(run -> !together || systems.getOrDefault(category(run), Set.of()).size() > 1)
        .toList();
  }

  private static String category(RunResult run) {
    return "%s, %s clicks, %s"
        .formatted(run.workload(), millions(run.clicks()), seconds(run.intervalMs()));
  }

  /** Lines: percentiles by interval, and the interval itself. */
  private XYChart latency() {
    List<RunResult> paced = runs.stream().filter(run -> run.latencyMs() != null).toList();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Latency of sessions to a reader of committed records (medians of warm runs)")
            .xAxisTitle("interval between checkpoints or commits, ms")
            .yAxisTitle("ms after the earliest possible moment")
            .build();
    Set<Double> all = new TreeSet<>();
    for (String system : systems(paced)) {
      List<RunResult> of = paced.stream().filter(run -> run.system().equals(system)).toList();
      Map<Double, Double> p50 =
          medians(
              of, run -> (double) run.intervalMs(), run -> latency(run, RunResult.Latency::p50));
      Map<Double, Double> p99 =
          medians(
              of, run -> (double) run.intervalMs(), run -> latency(run, RunResult.Latency::p99));
      line(chart, system + " p50", p50, color(system), SeriesMarkers.CIRCLE, true);
      line(chart, system + " p99", p99, color(system), SeriesMarkers.CIRCLE, false);
      all.addAll(p50.keySet());
    }
    if (!all.isEmpty()) {
      Map<Double, Double> identity = new TreeMap<>();
      all.forEach(interval -> identity.put(interval, interval));
      line(chart, "the interval itself", identity, Color.LIGHT_GRAY, SeriesMarkers.NONE, true);
    }
    style(chart.getStyler());
    chart.getStyler().setXAxisMin(0.0);
    return chart;
  }

  /** Lines: processor time by the number of clicks, for each number of visitors. */
  private XYChart cpu() {
    List<RunResult> drains = bySize();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Processor time of the whole process (medians of warm runs)")
            .xAxisTitle("million clicks")
            .yAxisTitle("µs per click")
            .build();
    record Line(String system, int visitors) {}
    Set<Line> lines = new LinkedHashSet<>();
    drains.forEach(run -> lines.add(new Line(run.system(), run.visitors())));
    List<Integer> visitors = drains.stream().map(RunResult::visitors).distinct().sorted().toList();
    for (Line line : lines) {
      Map<Double, Double> points =
          medians(
              drains.stream()
                  .filter(run -> line.equals(new Line(run.system(), run.visitors())))
                  .toList(),
              run -> run.clicks() / 1e6,
              RunResult::cpuUsPerEvent);
      line(
          chart,
          "%s, %,d visitors".formatted(line.system(), line.visitors()),
          points,
          color(line.system()),
          MARKERS.get(visitors.indexOf(line.visitors()) % MARKERS.size()),
          line.visitors() != Workload.R1.visitors());
    }
    style(chart.getStyler());
    chart.getStyler().setXAxisLogarithmic(true);
    return chart;
  }

  /** The runs of R1 with the interval at which most sizes were run. */
  private List<RunResult> bySize() {
    List<RunResult> drains =
        runs.stream()
            .filter(run -> run.latencyMs() == null && run.workload().equals(Workload.R1.text()))
            .toList();
    Map<Long, Set<Long>> sizes = new TreeMap<>();
    drains.forEach(
        run -> sizes.computeIfAbsent(run.intervalMs(), key -> new TreeSet<>()).add(run.clicks()));
    int most = sizes.values().stream().mapToInt(Set::size).max().orElse(0);
    long interval =
        sizes.entrySet().stream()
            .filter(entry -> entry.getValue().size() == most)
            .mapToLong(Map.Entry::getKey)
            .max()
            .orElse(0);
    return drains.stream().filter(run -> run.intervalMs() == interval).toList();
  }

  private static void line(
      XYChart chart,
      String name,
      Map<Double, Double> points,
      Color color,
      Marker marker,
      boolean dashed) {
    if (points.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(name, List.copyOf(points.keySet()), List.copyOf(points.values()));
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setMarker(marker);
    series.setLineStyle(
        dashed
            ? new BasicStroke(
                2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0)
            : new BasicStroke(2));
  }

  private static void style(AxesChartStyler styler) {
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(new Color(0xE4E4E4));
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    styler.setYAxisMin(0.0);
    styler.setMarkerSize(7);
  }

  private static Color color(String system) {
    return COLORS.getOrDefault(system, Color.BLACK);
  }

  private static Set<String> systems(List<RunResult> runs) {
    Set<String> systems = new LinkedHashSet<>();
    runs.forEach(run -> systems.add(run.system()));
    return systems;
  }

  private static Map<Double, Double> medians(
      List<RunResult> runs,
      Function<RunResult, Double> x,
      Function<RunResult, @Nullable Double> y) {
    Map<Double, Double> medians = new TreeMap<>();
    for (RunResult run : runs) {
      Double at = x.apply(run);
      Double median = median(runs, other -> x.apply(other).equals(at), y);
      if (median != null) {
        medians.put(at, median);
      }
    }
    return medians;
  }

  private static @Nullable Double median(
      List<RunResult> runs,
      Predicate<RunResult> which,
      Function<RunResult, @Nullable Double> figure) {
    List<@Nullable Double> figures = new ArrayList<>();
    runs.stream().filter(which).forEach(run -> figures.add(figure.apply(run)));
    return RunResult.median(figures);
  }

  private static @Nullable Double latency(
      RunResult run, Function<RunResult.Latency, Double> percentile) {
    RunResult.Latency latency = run.latencyMs();
    return latency == null ? null : percentile.apply(latency);
  }

  private static @Nullable Double thousands(@Nullable Double value) {
    return value == null ? null : value / 1000;
  }

  private static String millions(long clicks) {
    double millions = clicks / 1e6;
    return millions == Math.rint(millions)
        ? "%.0fm".formatted(millions)
        : "%.1fm".formatted(millions);
  }

  private static String seconds(long intervalMs) {
    return intervalMs % 1000 == 0 ? intervalMs / 1000 + " s" : intervalMs + " ms";
  }
}
