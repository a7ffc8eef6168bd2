package io.clickstream.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * L2, the yardstick: what Flink and Kafka can do at most. Flink's source, every field of R1 bound
 * into one object from bytes with a reader that is used again, and nothing behind it.
 */
public final class SourceOnly implements BenchmarkedSystem {

  private static final String SOURCE = "Read clicks";

  private final FlinkInProcess flink = new FlinkInProcess();

  @Override
  public String name() {
    return "l2";
  }

  @Override
  public boolean makesSessions() {
    return false;
  }

  @Override
  public List<String> configuration(Run run) {
    return List.of(
        "KafkaSource, parallelism " + run.parallelism() + ", 4 MB partition fetches, object reuse",
        "jackson-databind, one ObjectReader a subtask, all fields; DiscardingSink",
        "no watermarks, no checkpoints");
  }

  @Override
  public RunningSystem start(Run run) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(run.parallelism());
    env.getConfig().enableObjectReuse();
    Properties consumer = new Properties();
    consumer.setProperty("max.partition.fetch.bytes", Integer.toString(4 << 20));
    KafkaSourceBuilder<R1Click> source =
        KafkaSource.<R1Click>builder()
            .setBootstrapServers(run.bootstrapServers())
            .setTopics(run.clicksTopic())
            .setGroupId(run.id())
            .setProperties(consumer)
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new Binding());
    if (run.bounded()) {
      source.setBounded(OffsetsInitializer.latest());
    }
    env.fromSource(source.build(), WatermarkStrategy.noWatermarks(), SOURCE)
        .sinkTo(new DiscardingSink<>())
        .name("Discard");
    return flink.submit(env.getStreamGraph().getJobGraph(), run, SOURCE);
  }

  @Override
  public void close() throws Exception {
    flink.close();
  }

  private static final class Binding implements KafkaRecordDeserializationSchema<R1Click> {

    private static final long serialVersionUID = 1L;

    private transient @Nullable ObjectReader reader;

    @Override
    public void open(DeserializationSchema.InitializationContext context) {
      reader = new ObjectMapper().readerFor(R1Click.class);
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<R1Click> out)
        throws IOException {
      if (reader == null) {
        throw new IllegalStateException("not open");
      }
      R1Click click;
      try {
        click = reader.readValue(record.value());
      } catch (JsonProcessingException e) {
        // One of R1-bad, which has to be read all the same.
        return;
      }
      out.collect(click);
    }

    @Override
    public TypeInformation<R1Click> getProducedType() {
      return TypeInformation.of(R1Click.class);
    }
  }
}
