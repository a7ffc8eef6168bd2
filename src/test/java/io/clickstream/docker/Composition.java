package io.clickstream.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.clickstream.CommandRun;
import io.clickstream.config.ClickHouseSettings;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.UserErrorException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** Whether the services fit together, and what they mount and are told. */
final class Composition {

  /** Which of the profiles are on at once; the first is that of .env.example. */
  private static final List<String> MODES = List.of("one-broker", "three-brokers");

  private static final long MOST_MEMORY = 12L << 30;
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+):(\\d+)");
  private static final Pattern SECRET =
      Pattern.compile(".*(PASSWORD|SECRET|ACCESS_KEY|CREDENTIAL|IDENTITY|TOKEN).*");
  private static final Pattern REQUIRED = Pattern.compile("\\$\\{\\w+:\\?[^}]+}");

  /** What kafka.docker's wrapper and scripts read themselves. */
  private static final Set<String> NOT_OF_THE_BROKER = Set.of("KAFKA_OPTS", "KAFKA_HEAP_OPTS");

  private static final JsonSchema SCHEMA = schema();

  private final ObjectNode file;
  private final Map<String, String> example;
  private final Dockerfile dockerfile;
  private final List<String> problems = new ArrayList<>();

  private Composition(ObjectNode file) throws IOException {
    this.file = file;
    this.example = ComposeFile.example();
    this.dockerfile = Dockerfile.parse(Files.readString(Dockerfile.PATH));
  }

  /** Everything that is wrong. */
  static List<String> problems(ObjectNode file) throws IOException {
    Composition composition = new Composition(file);
    composition.check();
    return composition.problems;
  }

  private void check() throws IOException {
    checkSchema();
    if (!problems.isEmpty()) {
      return;
    }
    for (String name : names()) {
      checkImage(name);
      checkHealth(name);
      checkPorts(name);
      checkVolumes(name);
      checkSecrets(name);
      checkDependencies(name);
      checkCommand(name);
    }
    checkVersions();
    checkVariables();
    checkModes();
    checkBrokers();
    checkFlink();
    checkMonitoring();
    checkClickHouse();
  }

  private void checkSchema() {
    SCHEMA.validate(file).forEach(message -> problems.add(message.getMessage()));
  }

  private static JsonSchema schema() {
    Path path = Path.of("src/test/resources/docker/compose.schema.json");
    try {
      return JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(new ObjectMapper().readTree(path.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- each service

  private void checkImage(String name) {
    JsonNode service = service(name);
    if (service.has("build")) {
      if (!service.at("/build/context").asText().equals(".")
          || !service.at("/build/dockerfile").asText().equals(Dockerfile.PATH.toString())) {
        problem(name, "it is built of " + service.get("build"));
      }
    } else if (!Dockerfile.PINNED.matcher(image(name)).matches()) {
      problem(name, "no exact version: " + image(name));
    }
    if (!ComposeFile.texts(service.path("security_opt")).contains("no-new-privileges:true")) {
      problem(name, "it may gain privileges");
    }
    if (!service.has("mem_limit") || !service.has("cpus")) {
      problem(name, "it has no limits");
    }
  }

  private void checkHealth(String name) {
    boolean healthy = service(name).at("/healthcheck").has("test");
    if (!isOneShot(name) && !service(name).has("healthcheck")) {
      problem(name, "nobody sees whether it is healthy");
    }
    if (healthy && isOneShot(name)) {
      problem(name, "it is over before it is healthy");
    }
    String kind = service(name).at("/healthcheck/test/0").asText();
    if (healthy && !Set.of("CMD", "CMD-SHELL").contains(kind)) {
      problem(name, "a health check begins with " + kind);
    }
  }

  private void checkPorts(String name) {
    for (String port : ComposeFile.texts(service(name).path("ports"))) {
      if (!PORT.matcher(port).matches()) {
        problem(name, "port " + port + " is not this machine's alone");
      }
    }
  }

  private void checkVolumes(String name) throws IOException {
    List<String> built = Build.copiedTo("docker");
    for (JsonNode volume : service(name).path("volumes")) {
      String[] parts = volume.asText().split(":");
      String source = volume.isTextual() ? parts[0] : volume.get("source").asText();
      if (!source.startsWith(".")) {
        if (!file.get("volumes").has(source)) {
          problem(name, "there is no volume " + source);
        }
        continue;
      }
      boolean readOnly =
          volume.isTextual()
              ? parts.length == 3 && parts[2].equals("ro")
              : volume.path("read_only").asBoolean();
      if (!readOnly) {
        problem(name, source + " can be written to");
      }
      Path path = Path.of(source).normalize();
      boolean isBuilt =
          path.startsWith("target/docker") && built.contains(path.getFileName().toString());
      if (!isBuilt && !Files.exists(path)) {
        problem(name, "there is no " + source);
      }
      // Or Docker makes an empty directory of what is not built yet.
      if (isBuilt && volume.at("/bind/create_host_path").asBoolean(true)) {
        problem(name, source + " would be made");
      }
    }
  }

  private void checkSecrets(String name) {
    for (Map.Entry<String, JsonNode> variable : service(name).path("environment").properties()) {
      if (SECRET.matcher(variable.getKey()).matches()
          && !REQUIRED.matcher(variable.getValue().asText()).matches()) {
        problem(name, variable.getKey() + " does not come from .env");
      }
    }
    for (String word : ComposeFile.texts(service(name).path("command"))) {
      if (SECRET.matcher(word.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_")).matches()) {
        problem(name, "a secret in its command: " + word);
      }
    }
  }

  private void checkDependencies(String name) {
    for (Map.Entry<String, JsonNode> dependency : service(name).path("depends_on").properties()) {
      String other = dependency.getKey();
      if (!file.get("services").has(other)) {
        problem(name, "it depends on " + other + ", which there is not");
        continue;
      }
      String condition = dependency.getValue().get("condition").asText();
      String sensible = isOneShot(other) ? "service_completed_successfully" : "service_healthy";
      if (!condition.equals(sensible)) {
        problem(name, other + " is never " + condition);
      }
      boolean always = profiles(other).isEmpty() || profiles(name).equals(profiles(other));
      if (always != dependency.getValue().path("required").asBoolean(true)) {
        problem(name, other + " is there " + (always ? "always" : "with a profile alone"));
      }
    }
  }

  // ---- all of them

  private void checkVersions() throws IOException {
    Map<String, String> built =
        Map.of(
            "apache/kafka", Build.property("kafka.version"),
            "andrewgaul/s3proxy", Build.property("s3proxy.version"));
    Map<String, String> seen = new HashMap<>();
    for (String name : names()) {
      if (service(name).has("build")) {
        continue;
      }
      String[] image = image(name).split(":", 2);
      String tag = image.length > 1 ? image[1] : "";
      String before = seen.putIfAbsent(image[0], tag);
      if (before != null && !before.equals(tag)) {
        problem(name, "others have " + before + " of " + image[0]);
      }
      if (built.containsKey(image[0]) && !tag.equals(built.get(image[0]))) {
        problem(name, "pom.xml has " + built.get(image[0]) + " of " + image[0]);
      }
      if (image[0].equals("clickhouse/clickhouse-server")) {
        Matcher tested =
            Pattern.compile(image[0] + ":([\\d.]+)")
                .matcher(Files.readString(Path.of(".github/workflows/ci.yml")));
        if (!tested.find() || !tag.equals(tested.group(1))) {
          problem(name, "the loader is tested with another ClickHouse than " + tag);
        }
      }
    }
    if (!seen.keySet().containsAll(built.keySet())) {
      problems.add("images are those of " + seen.keySet());
    }
  }

  private void checkVariables() throws IOException {
    Set<String> needed = new TreeSet<>(ComposeFile.variables(file.toString()));
    needed.add("COMPOSE_PROFILES");
    if (!needed.equals(example.keySet())) {
      problems.add(".env.example has " + example.keySet() + ", needed are " + needed);
    }
    example.forEach(
        (name, value) -> {
          if (SECRET.matcher(name).matches()
              && !name.endsWith("ACCESS_KEY")
              && !value.startsWith("change-me")) {
            problems.add(".env.example: " + name + " looks like a real secret");
          }
        });
    if (!example.get("COMPOSE_PROFILES").equals(MODES.get(0))) {
      problems.add(".env.example: profiles are " + example.get("COMPOSE_PROFILES"));
    }
    if (!Files.readAllLines(Path.of(".gitignore")).contains("/.env")) {
      problems.add("git does not ignore .env");
    }
  }

  /** What is there at once: memory, ports, and exactly one service that makes the topics. */
  private void checkModes() {
    Set<String> used = new HashSet<>();
    for (String mode : MODES) {
      long memory = 0;
      Set<String> ports = new HashSet<>();
      int topics = 0;
      for (String name : names()) {
        if (!isIn(mode, name)) {
          continue;
        }
        if (!isOneShot(name)) {
          memory += memory(name) * service(name).at("/deploy/replicas").asInt(1);
        }
        if (command(name).contains("--create")) {
          topics++;
        }
        for (String port : ComposeFile.texts(service(name).path("ports"))) {
          if (!ports.add(port.split(":")[1])) {
            problem(name, "the port of " + port + " is taken");
          }
        }
      }
      if (memory > MOST_MEMORY) {
        problems.add(mode + ": " + (memory >> 20) + " MB are too much");
      }
      if (topics != 1) {
        problems.add(mode + ": " + topics + " services make the topics");
      }
    }
    for (String name : names()) {
      service(name).path("volumes").forEach(each -> used.add(each.asText().split(":")[0]));
    }
    file.get("volumes")
        .fieldNames()
        .forEachRemaining(
            volume -> {
              if (!used.contains(volume)) {
                problems.add("nobody uses the volume " + volume);
              }
            });
  }

  private void checkBrokers() {
    for (String mode : MODES) {
      List<String> brokers =
          names().stream()
              .filter(name -> image(name).startsWith("apache/kafka:"))
              .filter(name -> isIn(mode, name))
              .toList();
      int expected = mode.equals(MODES.get(0)) ? 1 : 3;
      if (brokers.size() != expected) {
        problems.add(mode + ": brokers are " + brokers);
      }
      List<String> voters = new ArrayList<>();
      Set<String> ids = new HashSet<>();
      for (String broker : brokers) {
        Map<String, String> options = kafka(broker);
        voters.add(options.get("node.id") + "@" + broker + ":9093");
        if (!ids.add(options.get("node.id"))) {
          problem(broker, "node.id is taken");
        }
        checkBroker(broker, options, expected);
      }
      for (String broker : brokers) {
        if (!String.join(",", voters).equals(kafka(broker).get("controller.quorum.voters"))) {
          problem(broker, "the controllers are " + voters);
        }
      }
      for (String name : names()) {
        if (isIn(mode, name) && command(name).contains("--create")) {
          if (!command(name).contains("--replication")
              || !after(name, "--replication").equals("" + expected)) {
            problem(name, "a partition needs " + expected + " copies");
          }
          Set<String> needed = new TreeSet<>(brokers);
          needed.removeAll(Set.copyOf(fields(service(name).path("depends_on"))));
          if (!needed.isEmpty()) {
            problem(name, "it does not wait for " + needed);
          }
        }
      }
    }
  }

  private void checkBroker(String broker, Map<String, String> options, int brokers) {
    options.keySet().stream()
        .filter(option -> !AbstractKafkaConfig.CONFIG_DEF.names().contains(option))
        .forEach(option -> problem(broker, "Kafka has no option " + option));
    Map<String, Integer> copies =
        Map.of(
            "offsets.topic.replication.factor", brokers,
            "transaction.state.log.replication.factor", brokers,
            "default.replication.factor", brokers,
            "transaction.state.log.min.isr", Math.max(1, brokers - 1),
            "min.insync.replicas", Math.max(1, brokers - 1));
    copies.forEach(
        (option, number) -> {
          // Kafka's own is 1 of these two alone.
          boolean isOne =
              Set.of("default.replication.factor", "min.insync.replicas").contains(option);
          String actual = options.getOrDefault(option, isOne ? "1" : "3");
          if (!actual.equals(number.toString())) {
            problem(broker, option + " is " + actual + " with " + brokers + " brokers");
          }
        });
    if (!"false".equals(options.get("auto.create.topics.enable"))) {
      problem(broker, "it makes topics of misspelt names");
    }
    String hostPort = ComposeFile.texts(service(broker).path("ports")).get(0).split(":")[1];
    String advertised = "INTERNAL://" + broker + ":9092,HOST://localhost:" + hostPort;
    if (!advertised.equals(options.get("advertised.listeners"))) {
      problem(broker, "clients find it at " + advertised);
    }
    if (!reaches(broker, "kafka")) {
      problem(broker, "it does not answer to kafka");
    }
    for (String target : List.of("/opt/jmx/jmx-agent.jar", "/opt/jmx/kafka-jmx.yml")) {
      if (!environment(broker).get("KAFKA_OPTS").contains(target)
          || mount(broker, target) == null) {
        problem(broker, "there is no " + target);
      }
    }
    long timeout = Long.parseLong(options.getOrDefault("transaction.max.timeout.ms", "900000"));
    ClickstreamSettings settings = settings("submit-job");
    if (settings != null && timeout < settings.sink().transactionTimeout().toMillis()) {
      problem(broker, "it aborts transactions before the job's sink.transaction-timeout");
    }
  }

  /** KAFKA_LOG_DIRS is log.dirs. */
  private Map<String, String> kafka(String broker) {
    Map<String, String> options = new LinkedHashMap<>();
    environment(broker)
        .forEach(
            (name, value) -> {
              if (name.startsWith("KAFKA_") && !NOT_OF_THE_BROKER.contains(name)) {
                options.put(
                    name.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                    value);
              }
            });
    return options;
  }

  // ---- commands

  /** By the tools' own command lines, and the settings by the jobs' own loader. */
  private void checkCommand(String name) {
    if (!service(name).has("entrypoint")) {
      return;
    }
    List<String> entry = ComposeFile.texts(service(name).get("entrypoint"));
    if (entry.size() != 1
        || !entry.get(0).endsWith("/clickstream")
        || !dockerfile.targets().contains(entry.get(0))) {
      problem(name, "the image has no command " + entry);
    }
    if (!environment(name).getOrDefault("JVM_ARGS", "").matches("-Xmx\\d+m")) {
      problem(name, "its heap is not limited");
    }
    List<String> command = command(name);
    try {
      ParseResult parsed = CommandRun.commandLine().parseArgs(command.toArray(String[]::new));
      while (parsed.hasSubcommand()) {
        parsed = parsed.subcommand();
      }
      if (!parsed.unmatched().isEmpty()) {
        problem(name, "it has settings beside its --config: " + parsed.unmatched());
      }
      checkTool(name, command, parsed);
    } catch (CommandLine.ParameterException e) {
      problem(name, e.toString());
    }
  }

  private void checkTool(String name, List<String> command, ParseResult parsed) {
    if (command.contains("--config")) {
      var unused = settings(name);
    } else if (!command.get(0).equals("traffic")) {
      problem(name, "it has no --config");
    }
    if (command.contains("--bootstrap-servers")) {
      TopicSettings topics =
          settings("submit-job") == null ? null : settings("submit-job").topics();
      if (topics != null
          && !(topics.clicks().get(0).equals(parsed.matchedOptionValue("--topic", "raw-clicks"))
              && topics.profiles().equals("user-profiles")
              && topics.products().equals("product-catalog"))) {
        problem(name, "it writes to other topics than the job reads");
      }
      requireAddress(name, "//" + after(name, "--bootstrap-servers"), 9092);
    }
    if (command.get(0).equals("submit")) {
      requireAddress(name, after(name, "--rest"), 8081);
      if (!command.contains("--unless-running")) {
        problem(name, "a second time it would run twice");
      }
      if (!dockerfile.targets().contains(after(name, "--jar"))) {
        problem(name, "the image has no " + after(name, "--jar"));
      }
      if (command.contains("--class")) {
        try {
          Class.forName(after(name, "--class"));
        } catch (ClassNotFoundException e) {
          problem(name, e.toString());
        }
      }
    }
    if (command.get(0).equals("topics")) {
      checkPlan(name);
    }
  }

  /** The plan alone, which needs no broker. */
  private void checkPlan(String name) {
    List<String> arguments = new ArrayList<>(hostCommand(name));
    arguments.remove(0);
    if (!arguments.remove("--create")) {
      problem(name, "it makes no topics");
    }
    Tool.Result plan = Tool.run(command(name).get(0), arguments);
    if (plan.exitCode() != 0
        || !Pattern.compile("(?m)^raw-clicks +24 partitions").matcher(plan.output()).find()
        || !Pattern.compile("(?m)^enriched-sessions +12 partitions")
            .matcher(plan.output())
            .find()) {
      problem(name, "clicks and sessions have not 24 and 12 partitions: " + plan.output());
    }
  }

  /** With the path of this machine instead of what is mounted. */
  private List<String> hostCommand(String name) {
    List<String> command = new ArrayList<>(command(name));
    int config = command.indexOf("--config") + 1;
    if (config > 0) {
      String source = mount(name, command.get(config));
      if (source == null) {
        problem(name, "nothing is mounted at " + command.get(config));
      } else {
        command.set(config, source);
      }
    }
    return command;
  }

  /** What job, loader or tool make of the file, with the variables of the one that reads it. */
  private @Nullable ClickstreamSettings settings(String name) {
    List<String> command = hostCommand(name);
    int config = command.indexOf("--config");
    Invocation invocation = Invocation.of("--config", command.get(config + 1));
    boolean submitted = command.get(0).equals("submit");
    Map<String, String> environment = environment(submitted ? "jobmanager" : name);
    if (submitted && mount("jobmanager", after(name, "--config")) == null) {
      problem(name, "main does not find its --config in the JobManager");
    }
    try {
      boolean loads =
          command.contains("io.clickstream.SessionsToClickHouseJob")
              || command.get(0).equals("migrate");
      if (loads) {
        ClickHouseSettings target =
            SettingsReader.readForLoader(invocation, environment).clickHouse();
        requireAddress(name, target.url().toString(), 8123);
        if (target.password() == null || target.password().toString().isEmpty()) {
          problem(name, "ClickHouse wants a password");
        }
        return null;
      }
      ClickstreamSettings settings = SettingsReader.read(invocation, environment).settings();
      requireAddress(name, "//" + settings.kafka().bootstrapServers(), 9092);
      return settings;
    } catch (UserErrorException e) {
      problem(name, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void requireAddress(String name, String address, int port) {
    URI uri = URI.create(address);
    if (uri.getPort() != port
        || names().stream().noneMatch(other -> reaches(other, uri.getHost()))) {
      problem(name, "nobody listens at " + address);
    }
  }

  // ---- Flink

  private void checkFlink() {
    Configuration baked =
        GlobalConfiguration.loadConfiguration(
            Path.of("config", "flink").toAbsolutePath().toString());
    Configuration given = new Configuration(baked);
    Set<String> keys = new TreeSet<>();
    for (String line :
        environment("jobmanager").getOrDefault("FLINK_PROPERTIES", "").lines().toList()) {
      String[] option = line.split(": ", 2);
      // The entry point takes all blanks out.
      if (option.length != 2 || option[1].contains(" ")) {
        problem("jobmanager", "no option: " + line);
        continue;
      }
      keys.add(option[0]);
      given.setString(option[0], option[1]);
    }
    Set<String> known =
        Set.of(
            JobManagerOptions.TOTAL_PROCESS_MEMORY.key(),
            TaskManagerOptions.TOTAL_PROCESS_MEMORY.key(),
            CheckpointingOptions.CHECKPOINTS_DIRECTORY.key(),
            CheckpointingOptions.SAVEPOINT_DIRECTORY.key(),
            "s3.endpoint",
            "s3.path-style-access",
            "s3.region");
    if (!keys.equals(new TreeSet<>(known))) {
      problem("jobmanager", "options are " + keys + ", expected " + known);
      return;
    }
    if (!environment("jobmanager")
        .get("FLINK_PROPERTIES")
        .equals(environment("taskmanager").get("FLINK_PROPERTIES"))) {
      problem("taskmanager", "its options are not those of the JobManager");
    }
    for (String name : List.of("jobmanager", "taskmanager")) {
      if (!reaches(
          environment(name).getOrDefault("JOB_MANAGER_RPC_ADDRESS", "none"), "jobmanager")) {
        problem(name, "the JobManager is elsewhere");
      }
      for (String key : List.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")) {
        String store = key.contains("SECRET") ? "S3PROXY_CREDENTIAL" : "S3PROXY_IDENTITY";
        if (!environment("s3").get(store).equals(environment(name).get(key))) {
          problem(name, key + " is not that of the store");
        }
      }
    }
    checkStore(given);
    try {
      MemorySize task = given.get(TaskManagerOptions.TOTAL_PROCESS_MEMORY);
      TaskExecutorProcessUtils.processSpecFromConfig(given);
      MemorySize job = given.get(JobManagerOptions.TOTAL_PROCESS_MEMORY);
      JobManagerProcessUtils.processSpecFromConfig(given);
      if (task.getBytes() > memory("taskmanager") || job.getBytes() > memory("jobmanager")) {
        problems.add("a process of Flink does not fit into its container");
      }
    } catch (IllegalConfigurationException e) {
      problem("taskmanager", String.valueOf(e.getMessage()));
    }
    int slots =
        given.get(TaskManagerOptions.NUM_TASK_SLOTS)
            * service("taskmanager").at("/deploy/replicas").asInt(1);
    int needed =
        names().stream()
            .filter(name -> command(name).contains("--parallelism"))
            .mapToInt(name -> Integer.parseInt(after(name, "--parallelism")))
            .sum();
    if (slots < needed) {
      problem("taskmanager", slots + " slots for " + needed);
    }
  }

  /** A bucket is where a volume of the store is mounted. */
  private void checkStore(Configuration given) {
    URI endpoint = URI.create(given.getString("s3.endpoint", ""));
    String listens = environment("s3").get("S3PROXY_ENDPOINT");
    if (!"s3".equals(endpoint.getHost()) || endpoint.getPort() != -1 || !listens.endsWith(":80")) {
      problem("jobmanager", "there is no store at " + endpoint);
    }
    for (String place :
        List.of(
            given.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY),
            given.get(CheckpointingOptions.SAVEPOINT_DIRECTORY))) {
      String bucket =
          environment("s3").get("JCLOUDS_FILESYSTEM_BASEDIR") + "/" + URI.create(place).getHost();
      if (!place.startsWith("s3://") || mount("s3", bucket) == null) {
        problem("s3", "there is no bucket for " + place);
      }
    }
  }

  // ---- what watches, and the database

  private void checkMonitoring() throws IOException {
    JsonNode prometheus = ComposeFile.yaml(Path.of("config/prometheus/prometheus.yml"));
    List<String> hosts = new ArrayList<>();
    prometheus.findValues("targets").forEach(list -> hosts.addAll(ComposeFile.texts(list)));
    prometheus.findValues("dns_sd_configs").stream()
        .flatMap(list -> list.findValues("names").stream())
        .forEach(list -> hosts.addAll(ComposeFile.texts(list)));
    for (String host : hosts) {
      String name = host.split(":")[0];
      if (names().stream().noneMatch(other -> reaches(other, name))) {
        problem("prometheus", "there is no " + host);
      }
    }
    Map<String, String> mounts =
        Map.of(
            "/etc/prometheus/prometheus.yml", "prometheus",
            "/etc/prometheus/rules", "prometheus",
            "/etc/alertmanager/alertmanager.yml", "alertmanager",
            "/etc/grafana/provisioning", "grafana",
            "/etc/grafana/dashboards", "grafana");
    mounts.forEach(
        (target, name) -> {
          if (mount(name, target) == null) {
            problem(name, "nothing is mounted at " + target);
          }
        });
    String dashboards =
        ComposeFile.yaml(Path.of("config/grafana/provisioning/dashboards/clickstream.yml"))
            .at("/providers/0/options/path")
            .asText();
    if (mount("grafana", dashboards) == null) {
      problem("grafana", "there are no dashboards at " + dashboards);
    }
    if (!command("prometheus").contains("--config.file=/etc/prometheus/prometheus.yml")) {
      problem("prometheus", "it reads another file");
    }
  }

  private void checkClickHouse() throws IOException {
    String users = mounted("/etc/clickhouse-server/users.d/clickstream.xml");
    String metrics = mounted("/etc/clickhouse-server/config.d/clickstream.xml");
    Matcher password = Pattern.compile("<password from_env=\"(\\w+)\"/>").matcher(users);
    String variable = password.find() ? password.group(1) : "";
    if (!environment("clickhouse").containsKey(variable)) {
      problem("clickhouse", "the password is not in its environment");
    }
    ObjectNode settings = ComposeFile.yaml(Path.of("config/docker/clickstream.yaml"));
    if (!users.contains("<" + settings.at("/clickhouse/user").asText() + ">")) {
      problem("clickhouse", "there is no user " + settings.at("/clickhouse/user"));
    }
    if (!users.matches("(?s).*<default>\\s*<profile>readonly</profile>.*")) {
      problem("clickhouse", "everybody may write");
    }
    if (!"1".equals(environment("clickhouse").get("CLICKHOUSE_SKIP_USER_SETUP"))) {
      problem("clickhouse", "its entry point would change the users");
    }
    if (!metrics.contains("<port>9363</port>")) {
      problem("clickhouse", "Prometheus asks for its metrics at 9363");
    }
    for (String name : List.of("migrate", "jobmanager")) {
      if (!environment("clickhouse")
          .getOrDefault(variable, "")
          .equals(environment(name).get("CLICKSTREAM_CLICKHOUSE_PASSWORD"))) {
        problem(name, "its password is not that of ClickHouse");
      }
    }
  }

  private String mounted(String target) throws IOException {
    String source = mount("clickhouse", target);
    return source == null ? "" : Files.readString(Path.of(source));
  }

  // ---- the file

  private List<String> names() {
    return fields(file.get("services"));
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonNode service(String name) {
    return file.get("services").path(name);
  }

  private String image(String name) {
    return service(name).path("image").asText();
  }

  private boolean isOneShot(String name) {
    return service(name).path("restart").asText().equals("no");
  }

  private List<String> profiles(String name) {
    return ComposeFile.texts(service(name).path("profiles"));
  }

  /** With the generator and the probe, which can be added to both. */
  private boolean isIn(String mode, String name) {
    return profiles(name).isEmpty()
        || profiles(name).contains(mode)
        || profiles(name).stream().noneMatch(MODES::contains);
  }

  private List<String> command(String name) {
    return ComposeFile.texts(service(name).path("command"));
  }

  /** What follows an option; the option again if nothing does. */
  private String after(String name, String option) {
    List<String> command = command(name);
    int place = command.indexOf(option);
    return place < 0 || place + 1 == command.size() ? option : command.get(place + 1);
  }

  private Map<String, String> environment(String name) {
    Map<String, String> environment = new LinkedHashMap<>();
    service(name)
        .path("environment")
        .properties()
        .forEach(
            each ->
                environment.put(
                    each.getKey(), ComposeFile.interpolated(each.getValue().asText(), example)));
    return environment;
  }

  /** By its own name or another. */
  private boolean reaches(String name, String host) {
    return file.get("services").has(name)
        && (name.equals(host)
            || ComposeFile.texts(service(name).at("/networks/default/aliases")).contains(host));
  }

  /** What is mounted there, or null. */
  private @Nullable String mount(String name, String target) {
    for (JsonNode volume : service(name).path("volumes")) {
      String[] parts = volume.asText().split(":");
      String at = volume.isTextual() ? parts[1] : volume.get("target").asText();
      if (at.equals(target)) {
        return volume.isTextual() ? parts[0] : volume.get("source").asText();
      }
    }
    return null;
  }

  private long memory(String name) {
    String limit = service(name).path("mem_limit").asText("0m");
    return MemorySize.parse(limit.replace("m", "mb").replace("g", "gb")).getBytes();
  }

  private void problem(String name, String what) {
    problems.add(name + ": " + what);
  }
}
