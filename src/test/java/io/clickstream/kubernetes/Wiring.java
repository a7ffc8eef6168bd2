package io.clickstream.kubernetes;

import static io.clickstream.kubernetes.Manifest.each;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.LoaderSettings;
import io.clickstream.config.TopicSettings;
import io.clickstream.config.load.InvalidSettingsException;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.SettingsReader;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.jspecify.annotations.Nullable;

/**
 * Whether the objects of an overlay fit together, and to what the jobs read: what every schema lets
 * pass, and what shows only when pods do not start, or start and are not seen.
 */
final class Wiring {

  /** In what a container's image should say: a release. */
  private static final Pattern PINNED = Pattern.compile(".+:\\d+\\.\\d+\\.\\d+[\\w.-]*");

  private static final Set<String> OF_A_KAFKA_USER = Set.of("password", "sasl.jaas.config");
  private static final Set<String> OF_A_CLUSTER_CA = Set.of("ca.crt", "ca.p12", "ca.password");

  private static final String POD = "/spec/podTemplate";
  private static final String JOB_MANAGER = "/spec/jobManager/podTemplate";
  private static final String TASK_MANAGER = "/spec/taskManager/podTemplate";
  private static final String CONTAINER = "/spec/containers/0";

  private final List<Manifest> manifests;
  private final Map<String, Set<String>> secrets;
  private final List<String> problems = new ArrayList<>();

  private Wiring(List<Manifest> manifests, Map<String, Set<String>> secrets) {
    this.manifests = manifests;
    this.secrets = secrets;
  }

  /**
   * Everything that does not fit.
   *
   * @param secrets those that somebody has to create: their keys by their names
   */
  static List<String> problems(List<Manifest> manifests, Map<String, Set<String>> secrets)
      throws IOException {
    Wiring wiring = new Wiring(manifests, new HashMap<>(secrets));
    wiring.check();
    return wiring.problems;
  }

  private void check() throws IOException {
    Manifest kafka = only("Kafka", "clickstream");
    ofKind("KafkaUser").forEach(user -> secrets.put(user.name(), OF_A_KAFKA_USER));
    secrets.put(kafka.name() + "-cluster-ca-cert", OF_A_CLUSTER_CA);
    ClickstreamSettings settings = null;
    for (Manifest deployment : ofKind("FlinkDeployment").toList()) {
      checkPods(deployment);
      problems.addAll(ClusterOptions.problems(deployment));
      ClickstreamSettings loaded = checkStart(deployment);
      settings = loaded == null ? settings : loaded;
    }
    if (settings != null) {
      checkTopics(settings.topics());
      checkUsers(settings);
      checkKafka(kafka, settings);
    }
    checkSelectors();
    checkNames();
  }

  // ---- jobs

  /** By the loader of settings that main uses, with the file and variables that main sees. */
  private @Nullable ClickstreamSettings checkStart(Manifest deployment) throws IOException {
    Map<String, String> environment = new TreeMap<>();
    Stream.concat(
            each(deployment.at(POD + CONTAINER + "/env")),
            each(deployment.at(JOB_MANAGER + CONTAINER + "/env")))
        .forEach(variable -> environment.put(variable.get("name").asText(), "secret"));
    List<String> arguments = new ArrayList<>();
    for (JsonNode argument : deployment.at("/spec/job/args")) {
      String text = argument.asText();
      arguments.add(text.startsWith("file://") ? mounted(deployment, text.substring(7)) : text);
    }
    Invocation invocation = Invocation.of(arguments.toArray(String[]::new));
    String main = deployment.at("/spec/job/entryClass").asText();
    try {
      Class.forName(main).getMethod("main", String[].class);
      if (main.endsWith(".ClickstreamJob")) {
        return SettingsReader.read(invocation, environment).settings();
      }
      LoaderSettings loader = SettingsReader.readForLoader(invocation, environment);
      if (loader.clickHouse().password() == null) {
        problem(deployment, "the loader has no password for ClickHouse");
      }
    } catch (InvalidSettingsException e) {
      problem(deployment, e.getMessage());
    } catch (ReflectiveOperationException e) {
      problem(deployment, "there is no " + main);
    }
    return null;
  }

  /** A file with what stands in the ConfigMap that is mounted there into the JobManager. */
  private String mounted(Manifest deployment, String path) throws IOException {
    Path file = Path.of(path);
    for (JsonNode mount : deployment.at(JOB_MANAGER + CONTAINER + "/volumeMounts")) {
      if (!mount.get("mountPath").asText().equals(String.valueOf(file.getParent()))) {
        continue;
      }
      for (JsonNode volume : deployment.at(JOB_MANAGER + "/spec/volumes")) {
        if (!volume.get("name").equals(mount.get("name"))) {
          continue;
        }
        String name = volume.at("/configMap/name").asText();
        for (Manifest map : ofKind("ConfigMap").filter(each -> each.name().equals(name)).toList()) {
          JsonNode content = map.at("/data").path(String.valueOf(file.getFileName()));
          if (content.isTextual()) {
            Path copy = Files.createTempFile("settings", ".yaml");
            copy.toFile().deleteOnExit();
            Files.writeString(copy, content.asText());
            return copy.toString();
          }
        }
      }
    }
    problem(deployment, "nothing is mounted at " + path);
    return path;
  }

  private void checkPods(Manifest deployment) {
    String image = deployment.at("/spec/image").asText();
    if (!PINNED.matcher(image).matches()) {
      problem(deployment, "its image is not pinned to a release: " + image);
    }
    Set<String> volumes = new HashSet<>();
    for (String template : List.of(POD, JOB_MANAGER, TASK_MANAGER)) {
      for (JsonNode volume : deployment.at(template + "/spec/volumes")) {
        volumes.add(volume.get("name").asText());
        JsonNode secret = volume.path("secret");
        each(secret.path("items"))
            .forEach(item -> checkSecret(deployment, secret.get("secretName"), item.get("key")));
        if (volume.has("configMap")) {
          require(deployment, "ConfigMap", volume.at("/configMap/name").asText());
        }
      }
      for (JsonNode container : deployment.at(template + "/spec/containers")) {
        if (!container.get("name").asText().equals("flink-main-container")) {
          problem(deployment, "Flink's container is not called " + container.get("name"));
        }
        for (JsonNode variable : container.path("env")) {
          JsonNode reference = variable.at("/valueFrom/secretKeyRef");
          if (reference.isMissingNode()) {
            problem(deployment, variable.get("name") + " has its value in the manifest");
          } else {
            checkSecret(deployment, reference.get("name"), reference.get("key"));
          }
        }
        for (JsonNode mount : container.path("volumeMounts")) {
          if (!volumes.contains(mount.get("name").asText())) {
            problem(deployment, "there is no volume " + mount.get("name"));
          }
        }
      }
    }
    JsonNode context = deployment.at(POD + CONTAINER + "/securityContext");
    if (!deployment.at(POD + "/spec/securityContext/runAsNonRoot").asBoolean()
        || !context.path("readOnlyRootFilesystem").asBoolean()
        || context.path("allowPrivilegeEscalation").asBoolean(true)
        || !context.at("/capabilities/drop/0").asText().equals("ALL")) {
      problem(deployment, "its pods may more than they need");
    }
    checkProbe(deployment, JOB_MANAGER, "readinessProbe", "/httpGet/port", 8081);
    checkProbe(deployment, JOB_MANAGER, "livenessProbe", "/httpGet/port", 8081);
    checkProbe(deployment, TASK_MANAGER, "livenessProbe", "/tcpSocket/port", 6122);
    require(deployment, "ServiceAccount", deployment.at("/spec/serviceAccount").asText());
  }

  private void checkProbe(
      Manifest deployment, String template, String probe, String pointer, int port) {
    if (deployment.at(template + CONTAINER + "/" + probe + pointer).asInt() != port) {
      problem(deployment, template + " has no " + probe + " at port " + port);
    }
  }

  private void checkSecret(Manifest manifest, JsonNode name, JsonNode key) {
    if (!secrets.getOrDefault(name.asText(), Set.of()).contains(key.asText())) {
      problem(manifest, "nobody makes " + key.asText() + " of Secret " + name.asText());
    }
  }

  // ---- Kafka

  private void checkTopics(TopicSettings topics) {
    Set<String> wanted =
        new TreeSet<>(
            List.of(
                topics.clicks().get(0),
                topics.sessions(),
                topics.late(),
                topics.rejected(),
                topics.rejectedSessions(),
                topics.profiles(),
                topics.products()));
    Set<String> found =
        ofKind("KafkaTopic").map(Manifest::name).collect(Collectors.toCollection(TreeSet::new));
    if (!found.equals(wanted)) {
      problems.add("topics are " + found + ", the jobs have " + wanted);
      return;
    }
    int brokers = only("KafkaNodePool", "brokers").at("/spec/replicas").asInt();
    long largest = 0;
    for (String each : wanted) {
      Manifest topic = only("KafkaTopic", each);
      int replicas = topic.at("/spec/replicas").asInt();
      int inSync = topic.at("/spec/config/min.insync.replicas").asInt();
      if (replicas > brokers) {
        problem(topic, replicas + " replicas on " + brokers + " brokers");
      }
      if (brokers > 1 ? replicas < 3 || inSync != replicas - 1 : inSync != 1) {
        problem(topic, "min.insync.replicas is " + inSync + " of " + replicas);
      }
      if (each.equals(topics.clicks().get(0))) {
        largest = topic.at("/spec/config/max.message.bytes").asLong();
      }
      boolean compacted = topic.at("/spec/config/cleanup.policy").asText().equals("compact");
      if (compacted != (each.equals(topics.profiles()) || each.equals(topics.products()))) {
        problem(topic, "reference data is compacted, and nothing else");
      }
    }
    for (String each : List.of(topics.late(), topics.rejected(), topics.rejectedSessions())) {
      Manifest topic = only("KafkaTopic", each);
      if (topic.at("/spec/config/max.message.bytes").asLong() <= largest) {
        problem(topic, "what came in as a whole does not fit with headers");
      }
    }
    Manifest clicks = only("KafkaTopic", topics.clicks().get(0));
    int partitions = clicks.at("/spec/partitions").asInt();
    Manifest job = only("FlinkDeployment", "clickstream-job");
    int parallelism =
        Math.max(
            job.at("/spec/job/parallelism").asInt(),
            job.at("/spec/flinkConfiguration/job.autoscaler.vertex.max-parallelism").asInt());
    if (partitions < parallelism) {
      problem(clicks, partitions + " partitions for a parallelism of " + parallelism);
    }
    if (!clicks.at("/spec/config/message.timestamp.type").asText().equals("LogAppendTime")) {
      problem(clicks, "producers' clocks are trusted");
    }
  }

  /** What each user may do, as {@code operation type name}, and nothing else. */
  private void checkUsers(ClickstreamSettings settings) {
    TopicSettings topics = settings.topics();
    String group = settings.ingest().groupId();
    Set<String> job = new TreeSet<>(Set.of("DescribeConfigs cluster ", "Read group " + group));
    job.add("Write transactionalId " + settings.sink().transactionalIdPrefix() + "-*");
    Stream.of(topics.clicks().get(0), topics.profiles(), topics.products())
        .flatMap(
            topic -> Stream.of("Read", "DescribeConfigs").map(each -> each + " topic " + topic))
        .forEach(job::add);
    Stream.of(topics.sessions(), topics.late(), topics.rejected())
        .flatMap(
            topic ->
                Stream.of("Read", "Write", "DescribeConfigs").map(each -> each + " topic " + topic))
        .forEach(job::add);
    Map<String, Set<String>> wanted =
        Map.of(
            "clickstream-job",
            job,
            "clickstream-loader",
            Set.of(
                "Read topic " + topics.sessions(),
                "Read group " + group + "-clickhouse",
                "Write topic " + topics.rejectedSessions()),
            "clickstream-producer",
            Set.of("Write topic " + topics.clicks().get(0)),
            "clickstream-reference",
            Set.of("Write topic " + topics.profiles(), "Write topic " + topics.products()),
            "clickstream-probe",
            Set.of("Write topic " + topics.clicks().get(0), "Read topic " + topics.sessions()));
    Set<String> users = new TreeSet<>();
    ofKind("KafkaUser")
        .forEach(
            user -> {
              users.add(user.name());
              Set<String> rights = new TreeSet<>();
              for (JsonNode acl : user.at("/spec/authorization/acls")) {
                JsonNode resource = acl.get("resource");
                each(acl.get("operations"))
                    .map(
                        operation ->
                            operation.asText()
                                + " "
                                + resource.path("type").asText()
                                + " "
                                + resource.path("name").asText()
                                + (resource.path("patternType").asText().equals("prefix")
                                    ? "*"
                                    : ""))
                    .forEach(rights::add);
              }
              Set<String> needed = new TreeSet<>(wanted.getOrDefault(user.name(), Set.of()));
              if (!rights.equals(needed)) {
                problem(user, "its rights are " + rights + ", needed are " + needed);
              }
            });
    if (!users.equals(new TreeSet<>(wanted.keySet()))) {
      problems.add("users are " + users);
    }
  }

  private void checkKafka(Manifest kafka, ClickstreamSettings settings) {
    JsonNode listener = kafka.at("/spec/kafka/listeners/0");
    String bootstrap = kafka.name() + "-kafka-bootstrap:" + listener.get("port").asText();
    if (!settings.kafka().bootstrapServers().equals(bootstrap)) {
      problem(kafka, "it is at " + bootstrap + ", not " + settings.kafka().bootstrapServers());
    }
    Map<String, String> properties = settings.kafka().properties();
    if (!listener.get("tls").asBoolean()
        || !"SASL_SSL".equals(properties.get("security.protocol"))
        || !listener
            .at("/authentication/type")
            .asText()
            .equalsIgnoreCase(properties.get("sasl.mechanism"))
        || !"PEM".equals(properties.get("ssl.truststore.type"))) {
      problem(kafka, "listener and clients speak differently");
    }
    ofKind("FlinkDeployment")
        .forEach(
            deployment -> {
              String place = properties.get("ssl.truststore.location");
              if (each(deployment.at(POD + CONTAINER + "/volumeMounts"))
                  .noneMatch(
                      mount -> (mount.get("mountPath").asText() + "/ca.crt").equals(place))) {
                problem(deployment, "there is no truststore at " + place);
              }
            });
    checkConfig(kafka, "/spec/kafka/config", AbstractKafkaConfig.CONFIG_DEF.names());
    ofKind("KafkaTopic").forEach(topic -> checkConfig(topic, "/spec/config", topicOptions()));
    JsonNode config = kafka.at("/spec/kafka/config");
    if (config.path("transaction.max.timeout.ms").asLong()
        < settings.sink().transactionTimeout().toMillis()) {
      problem(kafka, "brokers abort transactions before the job's sink.transaction-timeout");
    }
    int brokers = only("KafkaNodePool", "brokers").at("/spec/replicas").asInt();
    for (String key :
        List.of(
            "default.replication.factor",
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor")) {
      if (config.path(key).asInt() != Math.min(3, brokers)) {
        problem(kafka, key + " is " + config.path(key) + " with " + brokers + " brokers");
      }
    }
    for (String key : List.of("min.insync.replicas", "transaction.state.log.min.isr")) {
      if (config.path(key).asInt() != (brokers > 1 ? 2 : 1)) {
        problem(kafka, key + " is " + config.path(key) + " with " + brokers + " brokers");
      }
    }
    JsonNode metrics = kafka.at("/spec/kafka/metricsConfig/valueFrom/configMapKeyRef");
    Manifest map = require(kafka, "ConfigMap", metrics.path("name").asText());
    if (map != null && !map.at("/data").has(metrics.path("key").asText())) {
      problem(kafka, "there is no " + metrics.path("key") + " in " + map.name());
    }
    Stream.of("KafkaTopic", "KafkaUser", "KafkaNodePool")
        .flatMap(this::ofKind)
        .filter(
            each ->
                !each.at("/metadata/labels")
                    .path("strimzi.io/cluster")
                    .asText()
                    .equals(kafka.name()))
        .forEach(each -> problem(each, "it belongs to no cluster"));
  }

  /** Kafka's operators pass on what they do not know, and brokers do not mind. */
  private void checkConfig(Manifest manifest, String pointer, Set<String> known) {
    for (Map.Entry<String, JsonNode> option : manifest.at(pointer).properties()) {
      if (!known.contains(option.getKey())) {
        problem(manifest, "Kafka has no option " + option.getKey());
      }
    }
  }

  private static Set<String> topicOptions() {
    Set<String> names = new HashSet<>();
    for (Field field : TopicConfig.class.getFields()) {
      try {
        if (field.getName().endsWith("_CONFIG") && field.get(null) instanceof String name) {
          names.add(name);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("public constant " + field + " is not readable", e);
      }
    }
    return names;
  }

  // ---- labels

  /** A pod that an operator makes: its labels, and the ports that it takes connections at. */
  private record Pod(Map<String, String> labels, Set<String> ports) {}

  private List<Pod> pods() {
    List<Pod> pods = new ArrayList<>();
    ofKind("FlinkDeployment")
        .forEach(
            deployment -> {
              for (String component : List.of("jobmanager", "taskmanager")) {
                // Flink's own, in native mode.
                Map<String, String> labels =
                    new HashMap<>(
                        Map.of(
                            "app",
                            deployment.name(),
                            "component",
                            component,
                            "type",
                            "flink-native-kubernetes"));
                deployment
                    .at(POD + "/metadata/labels")
                    .properties()
                    .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
                Set<String> ports =
                    each(deployment.at(POD + CONTAINER + "/ports"))
                        .flatMap(port -> Stream.of(port.get("name"), port.get("containerPort")))
                        .map(JsonNode::asText)
                        .collect(Collectors.toCollection(HashSet::new));
                JsonNode options = deployment.at("/spec/flinkConfiguration");
                ports.add(options.path("metrics.internal.query-service.port").asText());
                ports.addAll(
                    component.equals("jobmanager")
                        ? Set.of("6123", "6124", "8081")
                        : Set.of("6122", options.path("taskmanager.data.port").asText()));
                pods.add(new Pod(labels, ports));
              }
            });
    for (Manifest pool : ofKind("KafkaNodePool").toList()) {
      String cluster = pool.at("/metadata/labels").path("strimzi.io/cluster").asText();
      boolean broker =
          each(pool.at("/spec/roles")).anyMatch(role -> role.asText().equals("broker"));
      // Strimzi's own.
      pods.add(
          new Pod(
              Map.of(
                  "strimzi.io/cluster",
                  cluster,
                  "strimzi.io/kind",
                  "Kafka",
                  "strimzi.io/pool-name",
                  pool.name(),
                  "strimzi.io/broker-role",
                  Boolean.toString(broker),
                  "strimzi.io/controller-role",
                  Boolean.toString(!broker),
                  "app.kubernetes.io/part-of",
                  "strimzi-" + cluster),
              Set.of("tcp-prometheus", "9090", "9091", "9093")));
    }
    return pods;
  }

  private void checkSelectors() {
    ofKind("NetworkPolicy")
        .forEach(
            policy -> {
              List<Pod> chosen = selected(policy, policy.at("/spec/podSelector"));
              for (JsonNode rule : policy.at("/spec/ingress")) {
                checkPorts(policy, rule, chosen);
                each(rule.path("from")).forEach(peer -> checkPeer(policy, peer));
              }
              for (JsonNode rule : policy.at("/spec/egress")) {
                for (JsonNode peer : rule.path("to")) {
                  if (checkPeer(policy, peer)) {
                    checkPorts(policy, rule, selected(policy, peer.get("podSelector")));
                  }
                }
              }
            });
    ofKind("PodDisruptionBudget").forEach(budget -> selected(budget, budget.at("/spec/selector")));
    ofKind("PodMonitor")
        .forEach(
            monitor -> {
              List<Pod> chosen = selected(monitor, monitor.at("/spec/selector"));
              for (JsonNode endpoint : monitor.at("/spec/podMetricsEndpoints")) {
                String port = endpoint.path("port").asText();
                if (!chosen.stream().allMatch(pod -> pod.ports().contains(port))) {
                  problem(monitor, "not all of its pods have a port " + port);
                }
              }
            });
    for (Manifest deployment : ofKind("FlinkDeployment").toList()) {
      each(deployment.at(POD + "/spec/topologySpreadConstraints"))
          .forEach(spread -> selected(deployment, spread.get("labelSelector")));
    }
    List<Pod> clients =
        selected(
            only("Kafka", "clickstream"),
            only("Kafka", "clickstream")
                .at("/spec/kafka/listeners/0/networkPolicyPeers/0/podSelector"));
    if (clients.size() != 4) {
      problems.add("Kafka lets in " + clients);
    }
  }

  /** Whether it is a pod of this namespace; of others nothing is known here. */
  private boolean checkPeer(Manifest policy, JsonNode peer) {
    if (peer.has("namespaceSelector")) {
      return false;
    }
    selected(policy, peer.path("podSelector"));
    return true;
  }

  private void checkPorts(Manifest policy, JsonNode rule, List<Pod> pods) {
    for (JsonNode port : rule.path("ports")) {
      if (pods.stream().noneMatch(pod -> pod.ports().contains(port.get("port").asText()))) {
        problem(policy, "none of its pods has a port " + port.get("port"));
      }
    }
  }

  private List<Pod> selected(Manifest manifest, JsonNode selector) {
    List<Pod> chosen =
        pods().stream()
            .filter(
                pod -> {
                  for (Map.Entry<String, JsonNode> label :
                      selector.path("matchLabels").properties()) {
                    if (!label.getValue().asText().equals(pod.labels().get(label.getKey()))) {
                      return false;
                    }
                  }
                  return each(selector.path("matchExpressions"))
                      .allMatch(
                          expression ->
                              each(expression.get("values"))
                                  .anyMatch(
                                      value ->
                                          value
                                              .asText()
                                              .equals(
                                                  pod.labels()
                                                      .get(expression.get("key").asText()))));
                })
            .toList();
    if (chosen.isEmpty()) {
      problem(manifest, "no pod is selected by " + selector);
    }
    return chosen;
  }

  /** Kubernetes merges objects of the same name without a word. */
  private void checkNames() {
    Set<String> ids = new HashSet<>();
    manifests.stream()
        .filter(manifest -> !ids.add(manifest.id()))
        .forEach(manifest -> problem(manifest, "it is there twice"));
    Set<String> spaces =
        manifests.stream()
            .map(
                manifest ->
                    manifest.kind().equals("Namespace")
                        ? manifest.name()
                        : manifest.at("/metadata/namespace").asText())
            .collect(Collectors.toCollection(TreeSet::new));
    if (spaces.size() != 1) {
      problems.add("objects are in several namespaces: " + spaces);
    }
    ofKind("RoleBinding")
        .forEach(
            binding -> {
              require(binding, "Role", binding.at("/roleRef/name").asText());
              require(binding, "ServiceAccount", binding.at("/subjects/0/name").asText());
            });
  }

  // ---- objects

  private Stream<Manifest> ofKind(String kind) {
    return manifests.stream().filter(manifest -> manifest.kind().equals(kind));
  }

  private Manifest only(String kind, String name) {
    return ofKind(kind)
        .filter(manifest -> manifest.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
  }

  private @Nullable Manifest require(Manifest from, String kind, String name) {
    Manifest found = ofKind(kind).filter(each -> each.name().equals(name)).findFirst().orElse(null);
    if (found == null) {
      problem(from, "there is no " + kind + " " + name);
    }
    return found;
  }

  private void problem(Manifest manifest, String what) {
    problems.add(manifest + ": " + what);
  }
}
