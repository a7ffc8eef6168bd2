package io.clickstream.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs systems in turn over the same clicks and writes how fast they were.
 *
 * <p>Exit code 0 if every run ended and every sum was right, 1 with the reasons on the error stream
 * otherwise, 2 for a wrong command line. Broker and systems are processes of their own, which end
 * with this one.
 */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Runs systems in turn over the same clicks and writes how fast they were.", ""},
    footer = {"", "Durations: 500ms, 1s, 15min. Numbers: 500k, 5m."})
public final class Benchmark implements Callable<Integer> {

  private static final String RESULTS = "benchmark.json";
  private static final String BROKER_HEAP = "1g";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BenchmarkOptions options = new BenchmarkOptions();

  private final PrintStream out =
      new PrintStream(
          new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);

  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmark()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    requireSystems();
    Files.createDirectories(options.out);
    WorkDirectory work = new WorkDirectory(options.work);
    Thread hook =
        new Thread(
            () -> {
              ChildJvm.endAll();
              work.close();
            },
            "benchmark-end");
    Runtime.getRuntime().addShutdownHook(hook);
    List<String> failures;
    List<RunResult> results;
    try (work) {
      out.println("starting the broker");
      try (ChildJvm broker =
          ChildJvm.start(
              "broker",
              BrokerJvm.class,
              List.of(work.directory("broker").toString()),
              BROKER_HEAP,
              List.of(),
              work.directory("broker-tmp"),
              options.out.resolve("broker.log"))) {
        String bootstrapServers = broker.receive(START_TIMEOUT);
        Map<String, SystemProcess> systems = new LinkedHashMap<>();
        try (Topics topics = new Topics(bootstrapServers)) {
          topics.createReferences();
          for (String name : options.systems) {
            systems.put(name, start(name, work));
          }
          DrainBenchmark benchmark =
              new DrainBenchmark(options, bootstrapServers, topics, work, systems, out);
          results = benchmark.run();
          failures = benchmark.failures();
        } finally {
          systems.values().forEach(SystemProcess::close);
        }
      }
    }
    Runtime.getRuntime().removeShutdownHook(hook);
    ResultTable.summary(results).forEach(out::println);
    write(results);
    failures.forEach(System.err::println);
    return failures.isEmpty() ? 0 : 1;
  }

  private SystemProcess start(String name, WorkDirectory work) throws IOException {
    List<String> jvmArguments = new ArrayList<>();
    if (!options.settings.isEmpty()) {
      jvmArguments.add(
          "-Dbenchmark.settings="
              + String.join(
                  ",",
                  options.settings.entrySet().stream()
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .toList()));
    }
    if (name.equals(options.profile)) {
      Path recording = options.out.resolve(name + ".jfr").toAbsolutePath();
      jvmArguments.addAll(
          List.of(
              "-XX:+UnlockDiagnosticVMOptions",
              "-XX:+DebugNonSafepoints",
              "-XX:StartFlightRecording=filename=" + recording + ",settings=profile"));
    }
    Stream.of(options.jvmArguments.split(" "))
        .filter(arg -> !arg.isEmpty())
        .forEach(jvmArguments::add);
    return new SystemProcess(
        name,
        ChildJvm.start(
            name,
            SystemJvm.class,
            List.of(name),
            options.heap,
            jvmArguments,
            work.directory(name + "-tmp"),
            options.out.resolve(name + ".log")));
  }

  private void requireSystems() {
    List<String> known = SystemJvm.names();
    for (String name : options.systems) {
      if (!known.contains(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "--systems "
                + name
                + ": there is no such system; expected some of "
                + String.join(", ", known));
      }
    }
  }

  private void write(List<RunResult> results) throws IOException {
    Path file = options.out.resolve(RESULTS);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(file.toFile(), results);
    out.printf("%n%s has every run%n", file);
  }
}
