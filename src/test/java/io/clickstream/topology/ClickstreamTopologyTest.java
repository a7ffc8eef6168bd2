package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.ClickstreamInputs;
import io.clickstream.ClickstreamTopology;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.config.JobSettings;
import io.clickstream.config.load.Invocation;
import io.clickstream.config.load.JobDefaults;
import io.clickstream.config.load.SettingsReader;
import io.clickstream.ingest.ClickWatermarks;
import io.clickstream.model.Ingested;
import io.clickstream.reference.ReferenceRecord;
import io.clickstream.reference.ReferenceTypes;
import io.clickstream.sink.ClickstreamSink;
import io.clickstream.wire.IngestTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.runtime.jobgraph.JobEdge;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamEdge;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ClickstreamTopologyTest {

  private final StreamExecutionEnvironment env = environment();

  private static StreamExecutionEnvironment environment(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--kafka.bootstrap-servers=127.0.0.1:1", "--sink.transactional-id-prefix=t"));
    arguments.addAll(List.of(more));
    JobSettings loaded =
        SettingsReader.read(Invocation.of(arguments.toArray(String[]::new)), Map.of());
    ClickstreamSettings settings = loaded.settings();
    StreamExecutionEnvironment env =
        JobDefaults.environment(loaded.flink().set(CoreOptions.DEFAULT_PARALLELISM, 4));
    ClickstreamTopology.define(
        env,
        settings,
        new ClickstreamInputs(
            source(IngestTypes.INGESTED.getTypeClass()),
            ClickWatermarks.periodic(Duration.ofSeconds(3), Duration.ofMinutes(1)),
            source(ReferenceRecord.class),
            source(ReferenceRecord.class)),
        ClickstreamSink.create(settings.kafka(), settings.topics(), settings.sink()));
    return env;
  }

  private static <T> Source<T, ?, ?> source(Class<T> type) {
    return KafkaSource.<T>builder()
        .setBootstrapServers("127.0.0.1:1")
        .setTopics("any")
        .setDeserializer(new Unused<>(type))
        .build();
  }

  private StreamGraph graph() {
    return env.getStreamGraph(false);
  }

  @Test
  void shouldGiveEveryOperatorItsUidAndName() {
    Map<String, String> names =
        graph().getStreamNodes().stream()
            .collect(
                Collectors.toMap(
                    node -> String.valueOf(node.getTransformationUID()),
                    StreamNode::getOperatorName));

    assertThat(names)
        .containsOnlyKeys(
            "click-source",
            "route-clicks",
            "sessionize",
            "format-sessions",
            "format-late",
            "format-rejected",
            "format-rejected-references",
            "reference-snapshot-source",
            "mark-loaded",
            "reference-update-source",
            "route-references",
            "enrich",
            "sink",
            "Sink Committer: sink");
    assertThat(names.values()).doesNotContainNull().allMatch(name -> !name.isBlank());
  }

  @Test
  void shouldHaveOneOperatorMoreWhenDuplicatesAreKept() {
    StreamGraph kept = environment("--topics.duplicates=again").getStreamGraph(false);

    assertThat(kept.getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .contains("format-duplicates")
        .hasSize(graph().getStreamNodes().size() + 1);
    assertThat(kept.getJobGraph().getNumberOfVertices()).isEqualTo(7);
  }

  @Test
  void shouldInsistOnUidsAndOnTypesWithSerializers() {
    assertThat(env.getConfiguration().get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
    assertThat(env.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
    // Both are checked when the graph is made.
    assertThat(graph().getJobGraph().getNumberOfVertices()).isEqualTo(7);
  }

  @Test
  void shouldPartitionRecordsIntoSinkByHashNeverForward() {
    JobGraph job = graph().getJobGraph();
    JobVertex sink =
        StreamSupport.stream(job.getVertices().spliterator(), false)
            .filter(vertex -> vertex.getName().contains("Write to Kafka"))
            .findFirst()
            .orElseThrow();

    List<String> strategies =
        sink.getInputs().stream().map(JobEdge::getShipStrategyName).distinct().toList();

    assertThat(strategies).containsExactly("CUSTOM");
  }

  @Test
  void shouldFormatInTheTaskThatMadeWhatIsFormatted() {
    List<String> tasks =
        StreamSupport.stream(graph().getJobGraph().getVertices().spliterator(), false)
            .map(JobVertex::getName)
            .toList();

    assertThat(tasks)
        .filteredOn(name -> name.contains("Format"))
        .hasSize(4)
        .allSatisfy(name -> assertThat(name).contains("->"));
  }

  @Test
  void shouldReadReferenceDataAtParallelismOneOnly() {
    Map<String, Integer> parallelism =
        graph().getStreamNodes().stream()
            .collect(
                Collectors.toMap(
                    node -> String.valueOf(node.getTransformationUID()),
                    StreamNode::getParallelism));

    assertThat(parallelism.entrySet().stream().filter(entry -> entry.getValue() == 1))
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder(
            "reference-snapshot-source",
            "mark-loaded",
            "reference-update-source",
            "route-references",
            "format-rejected-references");
    assertThat(parallelism).containsEntry("sessionize", 4);
  }

  @Test
  void shouldLetNoBarrierOvertakeReferenceData() {
    env.configure(new Configuration().set(CheckpointingOptions.ENABLE_UNALIGNED, true));
    StreamNode enrich =
        graph().getStreamNodes().stream()
            .filter(node -> "enrich".equals(node.getTransformationUID()))
            .findFirst()
            .orElseThrow();

    // Each subtask stores a share of what all of them know at the barrier.
    assertThat(enrich.getInEdges()).hasSize(2);
    assertThat(enrich.getInEdges()).noneMatch(StreamEdge::supportsUnalignedCheckpoints);
  }

  /** The graph is made and not run. */
  private static final class Unused<T> implements KafkaRecordDeserializationSchema<T> {
    private static final long serialVersionUID = 1L;
    private final Class<T> type;

    Unused(Class<T> type) {
      this.type = type;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<T> out) {
      throw new IllegalStateException("nothing is read");
    }

    @Override
    @SuppressWarnings("unchecked")
    public TypeInformation<T> getProducedType() {
      return (TypeInformation<T>)
          (type == Ingested.class ? IngestTypes.INGESTED : ReferenceTypes.RECORD);
    }
  }
}
