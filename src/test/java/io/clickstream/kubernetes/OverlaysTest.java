package io.clickstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code kubectl apply -k} would send to the API server. */
class OverlaysTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void shouldSayWhatTheSchemasKnow(String overlay) throws Exception {
    Schemas schemas = Schemas.load();
    List<Manifest> manifests = Manifest.render(overlay);

    assertThat(manifests).hasSizeGreaterThan(30);
    assertThat(manifests).flatMap(schemas::problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"development", "production"})
  void shouldFitTogether(String overlay) throws Exception {
    assertThat(Wiring.problems(Manifest.render(overlay), secrets())).isEmpty();
  }

  /** A check that cannot fail is none: what goes wrong most easily, one by one. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Options of Flink
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | heartbeat.timout | \"20s\" | has no option heartbeat.timout",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | job.autoscaler.enable | \"true\" | has no option job.autoscaler.enable",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | heartbeat.interval | \"often\" | heartbeat.interval",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | heartbeat.timeout | \"30s\" | in config/flink/config.yaml 20",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | metrics.reporters | | config/flink/config.yaml has also metrics.reporters",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | execution.checkpointing.dir | \"s3://bucket/clickstream-job/checkpoints\" | no place of its own",
        "FlinkDeployment clickstream-loader | /spec/flinkConfiguration | high-availability.storageDir | \"s3://clickstream-production/clickstream-job/ha\" | no place of its own",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | high-availability.type | | no high availability",
        "FlinkDeployment clickstream-job | /spec/taskManager/resource | memory | \"1024m\" | Memory",
        "FlinkDeployment clickstream-job | /spec/flinkConfiguration | taskmanager.numberOfTaskSlots | \"4\" | do not fit into the heap",
        "FlinkDeployment clickstream-job | /spec/job | upgradeMode | \"stateless\" | takes no savepoint",
        // Pods
        "FlinkDeployment clickstream-job | /spec | image | \"clickstream-job:latest\" | not pinned",
        "FlinkDeployment clickstream-job | /spec | image | \"clickstream-job\" | not pinned",
        "FlinkDeployment clickstream-job | /spec | serviceAccount | \"flink\" | no ServiceAccount flink",
        "FlinkDeployment clickstream-job | /spec/job | entryClass | \"io.clickstream.Job\" | there is no io.clickstream.Job",
        "FlinkDeployment clickstream-job | /spec/job | args | [\"--config\", \"file:///opt/clickstream/clickstream.yaml\"] | nothing is mounted",
        "FlinkDeployment clickstream-job | /spec/job | args | [\"--confg\", \"x\"] | confg",
        "FlinkDeployment clickstream-job | /spec/podTemplate/spec/containers/0 | name | \"flink\" | container is not called",
        "FlinkDeployment clickstream-job | /spec/podTemplate/spec/containers/0/securityContext | readOnlyRootFilesystem | false | may more than they need",
        "FlinkDeployment clickstream-job | /spec/podTemplate/spec/containers/0/volumeMounts/0 | mountPath | \"/etc/kafka\" | no truststore",
        "FlinkDeployment clickstream-job | /spec/podTemplate/spec/volumes/0/secret | secretName | \"kafka-ca\" | nobody makes ca.crt of Secret kafka-ca",
        "FlinkDeployment clickstream-job | /spec/taskManager/podTemplate/spec/containers/0/livenessProbe/tcpSocket | port | 6123 | has no livenessProbe at port 6122",
        "FlinkDeployment clickstream-job | /spec/jobManager/podTemplate/spec/containers/0/env/0/valueFrom/secretKeyRef | key | \"jaas\" | nobody makes jaas of Secret clickstream-job",
        "FlinkDeployment clickstream-job | /spec/jobManager/podTemplate/spec/containers/0/env/0 | name | \"CLICKSTREAM_KAFKA_PASSWORD\" | CLICKSTREAM_KAFKA_PASSWORD",
        "FlinkDeployment clickstream-job | /spec/jobManager/podTemplate/spec/containers/0/env/0 | valueFrom | | has its value in the manifest",
        "FlinkDeployment clickstream-loader | /spec/jobManager/podTemplate/spec/containers/0/env/1 | name | \"PASSWORD\" | no password for ClickHouse",
        // Kafka
        "KafkaTopic late-clicks | /metadata | name | \"late-click\" | topics are",
        "KafkaTopic raw-clicks | /spec | partitions | 12 | 12 partitions for a parallelism of 24",
        "KafkaTopic raw-clicks | /spec/config | message.timestamp.type | \"CreateTime\" | producers' clocks",
        "KafkaTopic raw-clicks | /spec/config | min.insync.replicas | 3 | min.insync.replicas is 3 of 3",
        "KafkaTopic raw-clicks | /spec | replicas | 4 | 4 replicas on 3 brokers",
        "KafkaTopic rejected-clicks | /spec/config | max.message.bytes | 1048588 | does not fit",
        "KafkaTopic user-profiles | /spec/config | cleanup.policy | \"delete\" | reference data is compacted",
        "KafkaTopic raw-clicks | /metadata/labels | strimzi.io/cluster | \"other\" | belongs to no cluster",
        "KafkaUser clickstream-job | /spec/authorization/acls/3 | operations | [\"Write\", \"DescribeConfigs\"] | its rights are",
        "KafkaUser clickstream-job | /spec/authorization/acls/7/resource | patternType | \"literal\" | its rights are",
        "KafkaUser clickstream-producer | /spec/authorization/acls/0 | operations | [\"All\"] | its rights are",
        "KafkaUser clickstream-loader | /spec/authorization/acls/1/resource | name | \"clickstream\" | its rights are",
        "Kafka clickstream | /spec/kafka/config | transaction.max.timeout.ms | 600000 | before the job's sink.transaction-timeout",
        "Kafka clickstream | /spec/kafka/config | transaction.state.log.min.isr | 1 | transaction.state.log.min.isr",
        "Kafka clickstream | /spec/kafka/config | offsets.topic.replication.factor | 1 | offsets.topic.replication.factor",
        "Kafka clickstream | /spec/kafka/listeners/0 | port | 9094 | not clickstream-kafka-bootstrap:9093",
        "Kafka clickstream | /spec/kafka/listeners/0/authentication | type | \"tls\" | speak differently",
        "Kafka clickstream | /spec/kafka/metricsConfig/valueFrom/configMapKeyRef | name | \"clickstream-kafka-metrics\" | there is no ConfigMap",
        "KafkaTopic raw-clicks | /spec/config | retention.msec | 1 | Kafka has no option retention.msec",
        "Kafka clickstream | /spec/kafka/config | transaction.max.timeout | 900000 | Kafka has no option transaction.max.timeout",
        // Labels and ports
        "NetworkPolicy clickstream-rest | /spec/podSelector/matchLabels | component | \"job-manager\" | no pod is selected",
        "NetworkPolicy clickstream-stores | /spec/egress/0/to/0/podSelector/matchLabels | strimzi.io/cluster | \"kafka\" | no pod is selected",
        "NetworkPolicy clickstream-stores | /spec/egress/0/ports/0 | port | 9092 | has a port 9092",
        "NetworkPolicy clickstream-metrics | /spec/ingress/0/ports/0 | port | 9250 | has a port 9250",
        "PodMonitor clickstream-flink | /spec/podMetricsEndpoints/0 | port | \"prometheus\" | have a port prometheus",
        "PodMonitor clickstream-kafka | /spec/selector/matchLabels | strimzi.io/kind | \"KafkaConnect\" | no pod is selected",
        "PodDisruptionBudget clickstream-job-taskmanager | /spec/selector/matchLabels | app | \"clickstream\" | no pod is selected",
        "RoleBinding clickstream-flink | /roleRef | name | \"flink\" | there is no Role flink",
        "ConfigMap clickstream-settings | /metadata | namespace | \"default\" | several namespaces",
      })
  void shouldNotFitWhen(String id, String parent, String field, String value, String expected)
      throws Exception {
    List<Manifest> manifests = Manifest.render("production");
    Manifest changed =
        manifests.stream()
            .filter(manifest -> manifest.id().replaceAll("-[a-z0-9]{10}$", "").equals(id))
            .findFirst()
            .orElseThrow();
    ObjectNode object = (ObjectNode) changed.at(parent);
    if (value == null) {
      object.remove(field);
    } else {
      object.set(field, JSON.readTree(value));
    }

    assertThat(Wiring.problems(manifests, secrets()))
        .anySatisfy(problem -> assertThat(problem).contains(expected));
  }

  /** So that another file in a ConfigMap is another spec, and the operator upgrades the job. */
  @Test
  void shouldNameSettingsByTheirContent() throws Exception {
    assertThat(Manifest.render("production"))
        .filteredOn(manifest -> manifest.kind().equals("ConfigMap"))
        .hasSize(2)
        .allSatisfy(map -> assertThat(map.name()).matches("clickstream-.*-[a-z0-9]{10}"));
  }

  @Test
  void shouldLogAlikeInBothJobs() throws Exception {
    Set<String> logging = new HashSet<>();
    for (Manifest manifest : Manifest.render("production")) {
      if (manifest.kind().equals("FlinkDeployment")) {
        logging.add(manifest.at("/spec/logConfiguration/log4j-console.properties").asText());
      }
    }
    assertThat(logging).hasSize(1).allSatisfy(text -> assertThat(text).contains("rootLogger"));
  }

  @Test
  void shouldHoldNoSecret() throws Exception {
    for (Manifest secret :
        Manifest.read(Manifest.DIRECTORY.resolve("secrets.example.yaml"), false)) {
      assertThat(secret.at("/stringData")).isNotEmpty().allMatch(value -> value.asText().isEmpty());
    }
    assertThat(Manifest.render("production")).noneMatch(each -> each.kind().equals("Secret"));
  }

  /** Those that somebody has to create: their keys by their names. */
  private static Map<String, Set<String>> secrets() throws IOException {
    Map<String, Set<String>> secrets = new TreeMap<>();
    for (Manifest secret :
        Manifest.read(Manifest.DIRECTORY.resolve("secrets.example.yaml"), false)) {
      secrets.put(
          secret.name(),
          secret.at("/stringData").properties().stream()
              .map(Map.Entry<String, JsonNode>::getKey)
              .collect(Collectors.toSet()));
    }
    return secrets;
  }
}
