package io.clickstream.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The compose file without Docker; what Docker makes of it is another test. */
class ComposeFileTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldFitTogether() throws IOException {
    assertThat(Composition.problems(ComposeFile.read())).isEmpty();
  }

  /** Every key of every service that is Compose's own, in turn. */
  @Test
  void shouldBeRefusedWhenAKeyIsMisspelt() throws IOException {
    ObjectNode whole = ComposeFile.read();
    List<String> places = new ArrayList<>();
    whole
        .get("services")
        .properties()
        .forEach(
            service ->
                service
                    .getValue()
                    .fieldNames()
                    .forEachRemaining(key -> places.add(service.getKey() + "/" + key)));
    assertThat(places).hasSizeGreaterThan(150);
    for (String place : places) {
      String[] parts = place.split("/");
      ObjectNode file = whole.deepCopy();
      ObjectNode service = (ObjectNode) file.get("services").get(parts[0]);
      service.set(parts[1] + "s", service.remove(parts[1]));

      assertThat(Composition.problems(file)).as(place).isNotEmpty();
    }
  }

  /** A mistake each: where, what stands there instead (nothing: it is gone), what is to be said. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/services/grafana/image | 'grafana/grafana:latest' | grafana: no exact version",
        "/services/grafana/image | 'grafana/grafana' | grafana: no exact version",
        "/services/kafka/image | 'apache/kafka:4.2.1' | pom.xml has 4.2",
        "/services/kafka-2/image | 'apache/kafka:4.2.1' | others have 4.2",
        "/services/s3/image | 'andrewgaul/s3proxy:4.0.0' | pom.xml has 4.",
        "/services/clickhouse/image | 'clickhouse/clickhouse-server:25.8.1.1' | tested with another",
        "/services/jobmanager/build/context | 'target' | it is built of",
        "/services/s3/security_opt | '=[]' | s3: it may gain privileges",
        "/services/s3/mem_limit | | s3: it has no limits",
        "/services/s3/cpus | | s3: it has no limits",
        "/services/clickhouse/mem_limit | '8g' | MB are too much",
        "/services/s3/healthcheck | | s3: nobody sees whether it is healthy",
        "/services/s3/healthcheck/test/0 | 'bash' | s3: a health check begins with bash",
        "/services/s3/healthcheck/interval | =5 | interval",
        "/services/jobmanager/ports/0 | '8081:8081' | jobmanager: port 8081:8081 is not this",
        "/services/jobmanager/ports/0 | '0.0.0.0:8081:8081' | is not this machine's alone",
        "/services/grafana/ports/0 | '127.0.0.1:9090:3000' | is taken",
        "/services/grafana/volumes/1 | './config/grafana/boards:/etc/grafana/dashboards:ro' | there is no ./config/grafana/boards",
        "/services/grafana/volumes/1 | './config/grafana/dashboards:/etc/grafana/dashboards' | can be written to",
        "/services/grafana/volumes/1 | './config/grafana/dashboards:/etc/grafana/boards:ro' | nothing is mounted at /etc/grafana/dashboards",
        "/services/grafana/volumes/2 | 'graphana:/var/lib/grafana' | there is no volume graphana",
        "/services/grafana/volumes/2 | | nobody uses the volume grafana",
        "/services/prometheus/volumes/1 | | nothing is mounted at /etc/prometheus/rules",
        "/services/kafka/volumes/0/bind/create_host_path | =true | would be made",
        "/services/kafka/volumes/0/source | './target/docker/agent.jar' | there is no ./target/docker/agent.jar",
        "/services/kafka/volumes/1 | | there is no /opt/jmx/kafka-jmx.yml",
        "/services/grafana/environment/GF_SECURITY_ADMIN_PASSWORD | 'admin' | does not come from .env",
        "/services/grafana/environment/GF_SECURITY_ADMIN_PASSWORD | '${GRAFANA_PASSWORD:-admin}' | does not come from .env",
        "/services/grafana/environment/GF_SECURITY_ADMIN_PASSWORD | '${GRAFANA_PASS:?is in .env}' | .env.example has",
        "/services/submit-job/command/9 | '--clickhouse.password' | a secret in its command",
        "/services/submit-job/depends_on/jobmanager/condition | 'service_completed_successfully' | is never",
        "/services/submit-job/depends_on/topics/required | =true | topics is there with a profile alone",
        "/services/submit-job/depends_on/jobmanager/required | =false | jobmanager is there always",
        "/services/migrate/depends_on | '={\"clickhous\": {\"condition\": \"service_healthy\"}}' | which there is not",
        "/services/topics/profiles | | 2 services make the topics",
        "/services/topics/profiles | '=[\"three-brokers\"]' | 0 services make the topics",
        "/services/topics/command/3 | '6' | have not 24 and 12 partitions",
        "/services/topics/command/2 | '--slot' | topics:",
        "/services/topics-replicated/command/5 | '1' | a partition needs 3 copies",
        "/services/topics-replicated/depends_on/kafka-3 | | it does not wait for [kafka-3]",
        "/services/kafka-3/profiles | '=[\"four-brokers\"]' | brokers are",
        "/services/kafka-3/environment/KAFKA_NODE_ID | '2' | node.id is taken",
        "/services/kafka-3/environment/KAFKA_CONTROLLER_QUORUM_VOTERS | '3@kafka-3:9093' | the controllers are",
        "/services/kafka-3/environment/KAFKA_ADVERTISED_LISTENERS | 'INTERNAL://kafka:9092' | clients find it at",
        "/services/kafka-3/environment/KAFKA_TRANSACTION_STATE_LOG_MIN_ISR | '1' | transaction.state.log.min.isr is 1",
        "/services/kafka/environment/KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR | | offsets.topic.replication.factor is 3",
        "/services/kafka/environment/KAFKA_TRANSACTION_MAX_TIMEOUT_MS | '60000' | aborts transactions before",
        "/services/kafka/environment/KAFKA_AUTO_CREATE_TOPIC_ENABLE | 'false' | Kafka has no option auto.create.topic.enable",
        "/services/kafka/environment/KAFKA_AUTO_CREATE_TOPICS_ENABLE | 'true' | it makes topics",
        "/services/kafka-1/networks | | it does not answer to kafka",
        "/services/submit-job/command/0 | 'submits' | UnmatchedArgument",
        "/services/submit-job/command/2 | '--wait' | submit-job:",
        "/services/submit-job/command/2 | '--allow-non-restored-state' | a second time it would run twice",
        "/services/submit-job/command/6 | 'http://jobmaster:8081' | nobody listens at http://jobmaster:8081",
        "/services/submit-job/command/8 | '/opt/clickstream.jar' | the image has no /opt/clickstream.jar",
        "/services/submit-loader/command/10 | 'io.clickstream.Loader' | ClassNotFoundException",
        "/services/submit-job/command/12 | '/opt/other.yaml' | nothing is mounted at /opt/other.yaml",
        "/services/jobmanager/volumes | '=[]' | main does not find its --config",
        "/services/jobmanager/environment/CLICKSTREAM_CLICKHOUSE_PASSWORD | | jobmanager: its password",
        "/services/jobmanager/environment/CLICKSTREAM_SESSION_GAPP | '1s' | CLICKSTREAM_SESSION_GAPP",
        "/services/migrate/environment/CLICKSTREAM_CLICKHOUSE_URL | 'http://db:8123' | nobody listens at http://db:8123",
        "/services/generator/command/2 | 'broker:9092' | nobody listens at //broker:9092",
        "/services/generator/command/3 | '--rates' | generator:",
        "/services/migrate/entrypoint/0 | '/opt/flink/clickstream' | the image has no command",
        "/services/migrate/environment/JVM_ARGS | | its heap is not limited",
        "/services/taskmanager/deploy/replicas | =1 | 2 slots for 4",
        "/services/taskmanager/mem_limit | '1g' | does not fit into its container",
        "/services/taskmanager/environment/FLINK_PROPERTIES | 's3.endpoint: http://s3' | its options are not",
        "/services/jobmanager/environment/FLINK_PROPERTIES | 's3.endpiont: http://s3' | options are",
        "/services/taskmanager/environment/JOB_MANAGER_RPC_ADDRESS | 'master' | the JobManager is elsewhere",
        "/services/taskmanager/environment/AWS_ACCESS_KEY_ID | '${CLICKHOUSE_PASSWORD:?x}' | is not that of the store",
        "/services/s3/volumes/0 | 's3:/data' | there is no bucket",
        "/services/alertmanager | | there is no alertmanager:9093",
        "/services/clickhouse/environment/CLICKHOUSE_SKIP_USER_SETUP | '0' | change the users",
        "/services/clickhouse/volumes/0 | 'clickhouse:/etc' | there is no user",
        "/services/clickhouse/volumes/1 | 'clickhouse:/etc' | at 9363",
        "/services/clickhouse/environment/CLICKHOUSE_PASSWORD | | the password is not in its environment",
      })
  void shouldFindMistake(String place, String mistake, String expected) throws IOException {
    ObjectNode file = ComposeFile.read();
    int slash = place.lastIndexOf('/');
    JsonNode parent = file.at(place.substring(0, slash));
    String key = place.substring(slash + 1);
    JsonNode value = mistake == null ? null : value(mistake);
    if (parent instanceof ArrayNode array) {
      int index = Integer.parseInt(key);
      assertThat(array.has(index)).as(place).isTrue();
      if (value == null) {
        array.remove(index);
      } else {
        array.set(index, value);
      }
    } else if (value == null) {
      assertThat(parent.has(key)).as(place).isTrue();
      ((ObjectNode) parent).remove(key);
    } else {
      ((ObjectNode) parent).set(key, value);
    }

    List<String> problems = Composition.problems(file);

    assertThat(problems).as("%s", problems).anyMatch(problem -> problem.contains(expected));
  }

  /** JSON behind an equals sign, text otherwise. */
  private static JsonNode value(String text) throws IOException {
    return text.startsWith("=")
        ? JSON.readTree(text.substring(1))
        : JSON.getNodeFactory().textNode(text);
  }
}
