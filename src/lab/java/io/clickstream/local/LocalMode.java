package io.clickstream.local;

import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.util.ExceptionUtils;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * Runs Clickstream in one JVM: over live traffic until it is stopped, or over a file to its end.
 *
 * <p>Exit code 0 if all went well, also when live traffic is ended with Ctrl-C; 1 with the reason
 * on the error stream otherwise. Nothing is left behind, neither a process nor a file.
 */
public final class LocalMode {

  /**
   * Time to clean up after Ctrl-C; what is not done by then is left to the end of the JVM. Tests on
   * busy machines have more.
   */
  private static final int PATIENCE_SECONDS =
      Integer.getInteger("clickstream.local.end-within-seconds", 9);

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;
  private boolean live;
  private volatile boolean stopped;

  /** Runs with some environment variables, and prints to some streams. */
  public LocalMode(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    // Flink's RPC has a class loader, and log4j would have a configuration, of its own.
    System.setProperty(
        "log4j2.contextSelector", "org.apache.logging.log4j.core.selector.BasicContextSelector");
    if (!List.of(args).contains("--debug")) {
      silenceOthers();
    }
    LocalMode localMode = new LocalMode(System.getenv(), System.out, System.err);
    Thread main = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    TerminationSignals.handle(() -> localMode.endEarly(main, done));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> localMode.endEarly(main, done), "local-mode-end"));
    int exitCode = localMode.run(args);
    done.countDown();
    System.exit(exitCode);
  }

  /** Runs as the arguments say and returns the exit code. Stops early if interrupted. */
  public int run(String... args) {
    Invocation invocation = Invocation.of(args);
    try {
      LocalOptions options = LocalOptions.of(args);
      invocation = Invocation.of(options.jobArguments().toArray(String[]::new));
      if (invocation.help()) {
        out.print(LocalOptions.HELP);
        out.flush();
        return 0;
      }
      return run(options, invocation);
    } catch (UserErrorException e) {
      return failed(e, e.getMessage(), invocation.debug());
    } catch (Exception e) {
      if (stopped) {
        return stoppedEarly();
      }
      String what = e instanceof LocalCluster.JobFailedException ? "The job failed: " : "Failed: ";
      return failed(e, what + rootMessage(e), invocation.debug());
    }
  }

  private int run(LocalOptions options, Invocation invocation) throws Exception {
    if (options.restPort() != null) {
      LocalCluster.requireFree(options.restPort());
    }
    Screen screen = new Screen(out);
    if (options.replay() != null && options.out() != null) {
      LocalSettings settings = LocalSettings.load(invocation, environment, Map.of());
      Replay replay = new Replay(options, settings, options.replay(), options.out(), screen);
      try (Workspace workspace = Workspace.create()) {
        replay.run(workspace);
      }
    } else {
      live = true;
      LocalSettings settings = LocalSettings.load(invocation, environment, Live.DEFAULTS);
      Function<ClickstreamSettings, LoaderSettings> loader = loader(options, invocation);
      if (loader != null) {
        // Mistakes in its settings are reported before anything starts.
        loader.apply(settings.settings());
      }
      try (Workspace workspace = Workspace.create()) {
        new Live(options, settings, loader, screen, () -> stopped).run(workspace);
      }
      screen.say("ended, nothing is left behind");
    }
    return 0;
  }

  /** How to load into ClickHouse, once the broker is known; null if that is not wanted. */
  private @Nullable Function<ClickstreamSettings, LoaderSettings> loader(
      LocalOptions options, Invocation invocation) {
    String url = options.clickHouse();
    return url == null
        ? null
        : settings -> LocalSettings.loader(invocation, environment, url, settings);
  }

  /** Ends a run from another thread. */
  void stop(Thread running) {
    stopped = true;
    running.interrupt();
  }

  /** Live traffic that is stopped has done what it was for; a replay has not. */
  private int stoppedEarly() {
    if (live) {
      return 0;
    }
    err.println("Interrupted before the end: the results are not complete.");
    return 1;
  }

  private int failed(Exception e, String message, boolean debug) {
    err.println(message);
    if (debug) {
      e.printStackTrace(err);
    } else if (!(e instanceof UserErrorException)) {
      err.println("--debug tells more.");
    }
    err.flush();
    return 1;
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return ExceptionUtils.stringifyException(root).lines().findFirst().orElse(root.toString());
  }

  /** Warnings of Kafka and Flink about a broker that comes and goes are of no use to the user. */
  private static void silenceOthers() {
    Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.OFF);
    Configurator.setLevel("io.clickstream", Level.ERROR);
  }

  /** Lets the run clean up, and ends the JVM if that takes too long. */
  private void endEarly(Thread main, CountDownLatch done) {
    if (done.getCount() == 0) {
      return;
    }
    stop(main);
    try {
      if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Workspace.deleteAll();
        Runtime.getRuntime().halt(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
