package io.clickstream.faults;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;

/**
 * A Flink cluster of processes: a JobManager and TaskManagers, from the JARs of Maven as they stand
 * in a distribution's {@code lib} folder, without the job's own.
 */
public final class FlinkProcesses implements AutoCloseable {

  private static final Duration START = Duration.ofSeconds(90);
  private static final String OPENS = "--add-opens=java.base/java.util=ALL-UNNAMED";
  private static final String SHORT_LOG =
      String.valueOf(FlinkProcesses.class.getResource("/faults-log4j2.properties"));
  private static final Pattern JOB_ID = Pattern.compile("JobID ([0-9a-f]{32})");

  /** The JARs in the {@code lib} folder of a distribution, and those that they need. */
  private static final Pattern LIB =
      Pattern.compile(
          "(flink-(annotations|clients|container|connector-base|connector-datagen|core|core-api|datastream|datastream-api"
              + "|file-sink-common|hadoop-fs|metrics-core|queryable-state-client-java|rpc-akka-loader"
              + "|rpc-core|runtime|runtime-web|statebackend-rocksdb|streaming-java)-2"
              + "|flink-shaded-|frocksdbjni|log4j-|slf4j-api|commons-|kryo|minlog|objenesis"
              + "|reflectasm|snappy-java|jsr305|javassist|snakeyaml-engine|async-profiler|lz4-java"
              + "|zstd-jni|jackson-|RoaringBitmap|hash4j).*\\.jar");

  private final Path directory;
  private final int restPort;
  private final FlinkRest rest;
  private final String libraries;
  private final List<String> entryPoint;
  private final String logConfiguration;
  private final Map<String, String> variables;
  private final List<JvmProcess> taskManagers = new ArrayList<>();
  private JvmProcess jobManager;

  /** Under which name high availability remembers the cluster. */
  private String clusterId;

  private FlinkProcesses(
      Path directory,
      int restPort,
      List<String> entryPoint,
      String logConfiguration,
      Map<String, String> variables)
      throws IOException {
    this.directory = directory;
    this.logConfiguration = logConfiguration;
    this.variables = variables;
    this.restPort = restPort;
    this.rest = new FlinkRest(restPort);
    this.libraries = libraries();
    this.entryPoint = entryPoint;
    this.clusterId = firstClusterId(directory);
    this.jobManager = launchJobManager(Map.of());
  }

  /** A cluster to which jobs are submitted. */
  public static List<String> session() {
    return List.of("org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint");
  }

  /** A cluster for one job, whose main class runs in the JobManager. */
  static List<String> application(Path jar, List<String> arguments) {
    List<String> entryPoint =
        new ArrayList<>(
            List.of(
                "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
                // It takes all that follows, up to the next option of the cluster.
                "--jars",
                jar.toUri().toString(),
                "--job-classname",
                "io.clickstream.ClickstreamJob"));
    entryPoint.addAll(arguments);
    return entryPoint;
  }

  /**
   * Starts a JobManager; it answers when this returns.
   *
   * @param settings of the cluster, beside those that a small machine needs
   * @param plugins JARs, each of which is a plugin
   * @param entryPoint main class of the JobManager and its arguments
   * @param productionLog whether it logs as in production; a run that looks at the log all the time
   *     has a shorter one
   * @param variables of the processes' environment
   */
  static FlinkProcesses start(
      Path directory,
      Map<String, String> settings,
      List<Path> plugins,
      List<String> entryPoint,
      boolean productionLog,
      Map<String, String> variables)
      throws IOException {
    String logConfiguration =
        productionLog
            ? Path.of("config", "flink", "log4j-console.properties").toUri().toString()
            : SHORT_LOG;
    return start(directory, settings, plugins, entryPoint, logConfiguration, variables);
  }

  /**
   * The same.
   *
   * @param logConfiguration of Log4j, as a URI
   * @param variables of the processes' environment
   */
  public static FlinkProcesses start(
      Path directory,
      Map<String, String> settings,
      List<Path> plugins,
      List<String> entryPoint,
      String logConfiguration,
      Map<String, String> variables)
      throws IOException {
    List<Integer> ports = FreePorts.take(2);
    for (Path jar : plugins) {
      String name = jar.getFileName().toString();
      Path plugin = directory.resolve("plugins").resolve(name.replace(".jar", ""));
      Files.createDirectories(plugin);
      Files.copy(jar, plugin.resolve(name));
    }
    Files.createDirectories(directory.resolve("lib"));
    Files.createDirectories(directory.resolve("tmp"));
    Map<String, String> all = new LinkedHashMap<>();
    all.put("jobmanager.rpc.address", "127.0.0.1");
    all.put("jobmanager.rpc.port", Integer.toString(ports.get(0)));
    all.put("jobmanager.bind-host", "127.0.0.1");
    all.put("rest.address", "127.0.0.1");
    all.put("rest.bind-address", "127.0.0.1");
    all.put("rest.port", Integer.toString(ports.get(1)));
    all.put("rest.bind-port", Integer.toString(ports.get(1)));
    all.put("taskmanager.host", "127.0.0.1");
    all.put("taskmanager.bind-host", "127.0.0.1");
    all.put("taskmanager.numberOfTaskSlots", "2");
    all.put("taskmanager.memory.process.size", "1100m");
    all.put("taskmanager.memory.managed.size", "128m");
    all.put("taskmanager.memory.jvm-metaspace.size", "192m");
    all.put("jobmanager.memory.process.size", "900m");
    all.put("io.tmp.dirs", directory.resolve("tmp").toString());
    all.put("user.artifacts.base-dir", directory.resolve("tmp").toString());
    all.put("web.tmpdir", directory.resolve("tmp").toString());
    // A small machine that is shared: what does not answer at once is starved.
    all.put("pekko.startup-timeout", "90 s");
    // As long as nothing is forgotten: for clients that read this file alone.
    all.put("high-availability.cluster-id", firstClusterId(directory));
    all.putAll(settings);
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(
        conf.resolve("config.yaml"),
        all.entrySet().stream()
            .map(entry -> entry.getKey() + ": \"" + entry.getValue() + "\"\n")
            .collect(Collectors.joining()));
    FlinkProcesses flink =
        new FlinkProcesses(directory, ports.get(1), entryPoint, logConfiguration, variables);
    flink.awaitJobManager();
    return flink;
  }

  private static String firstClusterId(Path directory) {
    return "/" + directory.getFileName();
  }

  /** The {@code lib} folder of a distribution, as a class path. */
  static String libraries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> LIB.matcher(Path.of(path).getFileName().toString()).matches())
        .filter(path -> !path.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A program of the JAR, with the class path that its script gives it. */
  public JvmProcess tool(String name, Path jar, List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("-Xmx256m", OPENS, "-cp", jar + File.pathSeparator + libraries));
    command.addAll(arguments);
    return JvmProcess.start(
        name, command, variables, Files.createTempFile(directory, name + "-", ".log"));
  }

  /** The folder with {@code config.yaml}. */
  Path conf() {
    return directory.resolve("conf");
  }

  /** The environment of the programs of this cluster and of a distribution. */
  Map<String, String> environment() {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("FLINK_CONF_DIR", conf().toString());
    all.put("FLINK_PLUGINS_DIR", directory.resolve("plugins").toString());
    all.put("FLINK_LIB_DIR", directory.resolve("lib").toString());
    return all;
  }

  private JvmProcess launchJobManager(Map<String, String> changed) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-Xmx400m", OPENS, "-cp", libraries));
    arguments.addAll(logging("jobmanager"));
    arguments.add(entryPoint.get(0));
    arguments.addAll(
        List.of(
            "--configDir", conf().toString(), "-D", "high-availability.cluster-id=" + clusterId));
    arguments.addAll(entryPoint.subList(1, entryPoint.size()));
    Map<String, String> environment = environment();
    environment.putAll(changed);
    return JvmProcess.start(
        "jobmanager", arguments, environment, directory.resolve("jobmanager.log"));
  }

  /** A log on standard output, and the file that the web UI would show. */
  private List<String> logging(String process) {
    return List.of(
        "-Dlog4j2.configurationFile=" + logConfiguration, "-Dlog.file=" + logFile(process));
  }

  private Path logFile(String process) {
    return directory.resolve("log").resolve(process + ".log");
  }

  /** The log of the processes of a name, event by event. */
  List<String> logged(String process) throws IOException {
    return Files.readAllLines(logFile(process));
  }

  private void awaitJobManager() {
    jobManager.await("answer", START, () -> rest.get("/overview").has("taskmanagers"));
  }

  /** Starts the JobManager anew, with the same address. */
  void restartJobManager() throws IOException {
    restartJobManager(Map.of());
  }

  /** The same with other variables of its environment. */
  void restartJobManager(Map<String, String> changed) throws IOException {
    jobManager = launchJobManager(changed);
    awaitJobManager();
  }

  /** Starts all anew, without any memory of what ran before. */
  void forgetEverything() throws Exception {
    int workers = (int) taskManagers.stream().filter(JvmProcess::isAlive).count();
    taskManagers.forEach(JvmProcess::kill);
    jobManager.kill();
    clusterId = clusterId + "-again";
    restartJobManager();
    for (int i = 0; i < workers; i++) {
      addTaskManager();
    }
  }

  /** Kills every TaskManager. */
  void killTaskManagers() {
    taskManagers.forEach(JvmProcess::kill);
  }

  /** Starts one more TaskManager and returns when the JobManager knows it. */
  public JvmProcess addTaskManager() throws Exception {
    String id = "tm-" + (taskManagers.size() + 1);
    Configuration configuration = GlobalConfiguration.loadConfiguration(conf().toString());
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(configuration);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(ProcessMemoryUtils.generateJvmParametersStr(memory).split(" +")));
    arguments.addAll(logging(id));
    arguments.addAll(
        List.of(
            OPENS,
            "-cp",
            libraries,
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            "--configDir",
            conf().toString()));
    arguments.addAll(
        List.of(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory).strip().split(" +")));
    arguments.addAll(List.of("-D", "taskmanager.resource-id=" + id));
    arguments.addAll(List.of("-D", "high-availability.cluster-id=" + clusterId));
    JvmProcess process =
        JvmProcess.start(id, arguments, environment(), directory.resolve(id + ".log"));
    taskManagers.add(process);
    process.await("register", START, () -> rest.knows(id));
    return process;
  }

  /** Waits until the JobManager knows a TaskManager again; false if that ends instead. */
  boolean comesBack(JvmProcess taskManager) {
    org.awaitility.Awaitility.await(taskManager.name() + " registers or ends")
        .atMost(START)
        .ignoreExceptions()
        .until(() -> !taskManager.isAlive() || rest.knows(taskManager.name()));
    return taskManager.isAlive();
  }

  JvmProcess jobManager() {
    return jobManager;
  }

  /** JobManager and TaskManagers, those that were killed among them. */
  List<JvmProcess> processes() {
    List<JvmProcess> all = new ArrayList<>(List.of(jobManager));
    all.addAll(taskManagers);
    return all;
  }

  /** The TaskManager of an id. */
  JvmProcess taskManager(String id) {
    return taskManagers.stream()
        .filter(process -> process.name().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no task manager " + id));
  }

  FlinkRest rest() {
    return rest;
  }

  /** {@code flink run -d}; returns the id of the job. */
  String run(Path jar, int parallelism, List<String> options, List<String> arguments)
      throws IOException {
    String printed = tryToRun(jar, parallelism, options, arguments);
    Matcher id = JOB_ID.matcher(printed);
    if (!id.find()) {
      throw new IOException("flink run has submitted no job: " + printed);
    }
    return id.group(1);
  }

  /** {@code flink run -d}; returns what it prints, whether it succeeds or not. */
  public String tryToRun(Path jar, int parallelism, List<String> options, List<String> arguments)
      throws IOException {
    Path log = Files.createTempFile(directory, "run-", ".log");
    List<String> command =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                OPENS,
                "-Dlog4j2.configurationFile=" + SHORT_LOG,
                "-cp",
                libraries,
                "org.apache.flink.client.cli.CliFrontend",
                "run",
                "-d",
                "-Dhigh-availability.cluster-id=" + clusterId,
                "-p",
                Integer.toString(parallelism)));
    command.addAll(options);
    command.add(jar.toString());
    command.addAll(arguments);
    JvmProcess client = JvmProcess.start("flink-run", command, environment(), log);
    org.awaitility.Awaitility.await("flink run")
        .atMost(Duration.ofMinutes(2))
        .until(() -> !client.isAlive());
    return client.log();
  }

  public int restPort() {
    return restPort;
  }

  @Override
  public void close() {
    taskManagers.forEach(JvmProcess::kill);
    jobManager.kill();
  }
}
