package io.clickstream.faults;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;

import io.clickstream.kubernetes.KafkaRights;
import io.clickstream.local.Deletion;
import io.clickstream.local.SecuredListener;
import io.clickstream.local.TerminationSignals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * A cluster of processes to play with, on which the commands of src/docs work.
 *
 * <p>Exit code 0 when it is ended with Ctrl-C, 1 if it does not start, 2 for a wrong command line.
 * Nothing is left behind, neither a process nor a file.
 */
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Three brokers, a store that speaks S3, ZooKeeper, a JobManager and TaskManagers, each a process",
      "of its own on this machine, until Ctrl-C. In a shell that has read the env.sh of its directory,",
      "the commands of the docs work: flink, kafka-topics.sh and the like, and one named",
      "cluster, which starts and kills processes.",
      ""
    },
    footer = {"", "Example:", "  --task-managers 3"})
final class Playground implements Callable<Integer> {

  static final String READY = "Ctrl-C ends all of it";
  static final String END = "ended, nothing is left behind";

  /** A file that only the directory of a cluster has; it holds the id of its process. */
  private static final String MARK = ".clickstream-cluster";

  /** As the docs call it. */
  static final String BUCKET = "bucket";

  /** Time to clean up after Ctrl-C; what is not done by then is left to the end of the JVM. */
  private static final int PATIENCE_SECONDS = 9;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--task-managers",
      paramLabel = "N",
      defaultValue = "2",
      description = "With two slots each, and 1.1 GB. Default: ${DEFAULT-VALUE}.")
  private int taskManagers;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = "target/cluster",
      description = {
        "For all files; what an earlier one has left there is deleted first. Default: ${DEFAULT-VALUE}."
      })
  private Path directory = Path.of("");

  @Option(
      names = "--secured",
      description = {
        "Brokers want TLS and a login (SCRAM), and grant rights one by one. The administrator's are in",
        "admin.properties and, for clickstream topics --create, in $ADMIN_LOGIN; the shell has those of",
        "clickstream-job, with the least rights. cluster start jobmanager gives it the shell's."
      })
  private boolean secured;

  private final PrintStream console =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private volatile boolean stopped;

  private Playground() {}

  public static void main(String[] args) {
    Playground playground = new Playground();
    Thread main = Thread.currentThread();
    CountDownLatch done = new CountDownLatch(1);
    TerminationSignals.handle(() -> playground.endEarly(main, done));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> playground.endEarly(main, done), "cluster-end"));
    int exitCode = new CommandLine(playground).execute(args);
    done.countDown();
    System.exit(exitCode);
  }

  /** Lets the cluster end; processes that are left then are killed with this JVM. */
  private void endEarly(Thread main, CountDownLatch done) {
    if (done.getCount() == 0) {
      return;
    }
    stopped = true;
    main.interrupt();
    try {
      boolean unused = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Integer call() throws Exception {
    if (taskManagers < 0 || taskManagers > 8) {
      throw new ParameterException(
          spec.commandLine(), "--task-managers " + taskManagers + ": expected 0 to 8");
    }
    Path home = directory.toAbsolutePath().normalize();
    clear(home);
    try {
      run(home);
    } catch (Exception e) {
      if (!stopped) {
        throw e;
      }
    } finally {
      // The thread has been told to end, and does: what follows is not to end early.
      boolean unused = Thread.interrupted();
      delete(home);
    }
    console.println(END);
    return 0;
  }

  /** Deletes the rest of an earlier one; somebody else's files stay. */
  private void clear(Path home) throws IOException {
    if (Files.isDirectory(home)) {
      try (Stream<Path> files = Files.list(home)) {
        if (files.findAny().isPresent() && !Files.exists(home.resolve(MARK))) {
          throw new ParameterException(
              spec.commandLine(),
              "--directory %s: there are files in it that are not a cluster's; expected a new directory"
                  .formatted(directory));
        }
      }
      requireEnded(home.resolve(MARK));
      delete(home);
    }
    Files.writeString(
        Files.createDirectories(home).resolve(MARK), Long.toString(ProcessHandle.current().pid()));
    Files.createDirectories(home.resolve("s3").resolve("data").resolve(BUCKET));
  }

  private void requireEnded(Path mark) throws IOException {
    if (Files.exists(mark)) {
      long pid = Long.parseLong(Files.readString(mark).strip());
      if (ProcessHandle.of(pid).isPresent()) {
        throw new ParameterException(
            spec.commandLine(),
            "--directory %s: the cluster in it runs still (process %d); end it, or name another directory"
                .formatted(directory, pid));
      }
    }
  }

  private void run(Path home) throws Exception {
    console.println("starting three brokers, a store, ZooKeeper and Flink …");
    SecuredListener listener =
        secured
            ? SecuredListener.create(
                Files.createDirectories(home.resolve("certificates")),
                Map.of(FaultCluster.JOB, "password-of-job"))
            : null;
    try (FaultCluster cluster =
        FaultCluster.startSecured(
            home,
            Map.of(
                "execution.checkpointing.dir", "s3://" + BUCKET + "/checkpoints",
                "execution.checkpointing.savepoint-dir", "s3://" + BUCKET + "/savepoints"),
            taskManagers,
            listener)) {
      if (listener != null) {
        try (Admin admin = cluster.kafka().admin()) {
          admin.createAcls(KafkaRights.of(FaultCluster.JOB)).all().get(1, TimeUnit.MINUTES);
        }
      }
      Path requests = Files.createDirectories(home.resolve("requests"));
      try (WatchService watch = home.getFileSystem().newWatchService()) {
        WatchKey unused = requests.register(watch, ENTRY_CREATE);
        PlaygroundFiles.write(home, cluster, listener);
        console.printf(
            """
            Kafka: %s
            Flink: %s
            s3://%s: %s
            In another terminal, for the commands of src/docs:
              . %s
            %s%n""",
            cluster.kafka().bootstrapServers(),
            PlaygroundFiles.rest(cluster),
            BUCKET,
            directory.resolve("s3").resolve("data").resolve(BUCKET),
            directory.resolve(PlaygroundFiles.ENVIRONMENT),
            READY);
        serve(requests, watch, new PlaygroundProcesses(cluster));
      }
    }
  }

  /** Does what the command {@code cluster} is asked for, until this thread is interrupted. */
  private static void serve(Path requests, WatchService watch, PlaygroundProcesses processes)
      throws IOException, InterruptedException {
    while (true) {
      WatchKey key = watch.take();
      for (WatchEvent<?> event : key.pollEvents()) {
        String file = String.valueOf(event.context());
        if (file.endsWith(PlaygroundFiles.REQUEST)) {
          answer(requests, file, processes);
        }
      }
      key.reset();
    }
  }

  /** The exit code on the first line, what is printed on the others. */
  private static void answer(Path requests, String file, PlaygroundProcesses processes)
      throws IOException, InterruptedException {
    String answer;
    try {
      answer = "0\n" + processes.apply(Files.readAllLines(requests.resolve(file)));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      answer = "1\n" + e.getMessage() + "\n";
    }
    Path written = requests.resolve(file + ".new");
    Files.writeString(written, answer);
    Files.move(
        written, requests.resolve(file.replace(PlaygroundFiles.REQUEST, PlaygroundFiles.ANSWER)));
  }

  private static void delete(Path home) throws IOException {
    try {
      Deletion.of(home);
    } catch (DirectoryNotEmptyException | NoSuchFileException e) {
      // Processes that are still ending have written something new.
    }
  }
}
