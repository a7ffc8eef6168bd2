package io.clickstream;

import io.clickstream.columns.Columns;
import io.clickstream.config.ClickstreamSettings;
import io.clickstream.enrich.EnrichSessions;
import io.clickstream.ingest.RouteIngested;
import io.clickstream.kafka.NoEventTime;
import io.clickstream.model.Click;
import io.clickstream.model.EnrichedSession;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Rejection;
import io.clickstream.model.Session;
import io.clickstream.output.FormatDuplicates;
import io.clickstream.output.FormatLateClicks;
import io.clickstream.output.FormatRejections;
import io.clickstream.output.FormatSessions;
import io.clickstream.reference.MarkLoaded;
import io.clickstream.reference.ReferenceRecord;
import io.clickstream.reference.ReferenceTypes;
import io.clickstream.reference.ReferenceUpdate;
import io.clickstream.reference.RouteReferences;
import io.clickstream.session.operator.SessionizeClicks;
import io.clickstream.sink.ByHash;
import io.clickstream.wire.IngestTypes;
import io.clickstream.wire.OutputTypes;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The graph, from topics to topics. Sources, clocks and sink come from outside; a test that brings
 * its own runs the graph of production.
 *
 * <pre>
 * click topics ─ route ─┬─ clicks ─ by visitor ─ sessionize ─┬─ sessions ─ by visitor ─ enrich ─ format ─┐
 *                       │                                    ├─ late ─ format ───────────────────────────┤
 *                       │                                    └─ duplicates, if kept ─ format ────────────┤
 *                       └─ rejected ─ format ────────────────────────────────────────────────────────────┤
 * reference topics up to now ─ mark loaded ─┐                                                            │ by hash
 * reference topics from now on ─────────────┴─ route ─┬─ updates ─ broadcast ─ enrich                    ├─ sink
 *                                                     └─ rejected ─ format ──────────────────────────────┘
 * </pre>
 *
 * Enrichment follows sessionizing, so that a lookup happens once a session and the path of the
 * clicks stays narrow. All topics have one sink: a subtask has one transaction a checkpoint.
 */
public final class ClickstreamTopology {

  private ClickstreamTopology() {}

  /** Adds the graph to the environment. */
  public static void define(
      StreamExecutionEnvironment env,
      ClickstreamSettings settings,
      ClickstreamInputs inputs,
      Sink<OutputRecord> sink) {
    Columns columns = Columns.of(settings.session().definitions());
    var clicks = read(env, settings, inputs, columns);
    var sessions = sessionize(clicks, settings, columns);
    var references = follow(env, inputs);
    var enriched = enrich(sessions, references, settings, columns);
    var records =
        formatSessions(enriched, columns)
            .union(
                formatLate(sessions),
                formatRejected(clicks, RouteIngested.REJECTED)
                    .uid(OperatorUids.FORMAT_REJECTED)
                    .name("Format rejected clicks"),
                formatRejected(references, RouteReferences.REJECTED)
                    .uid(OperatorUids.FORMAT_REJECTED_REFERENCES)
                    .name("Format rejected reference data")
                    .forceNonParallel());
    write(keepsDuplicates(settings) ? records.union(formatDuplicates(sessions)) : records, sink);
  }

  private static boolean keepsDuplicates(ClickstreamSettings settings) {
    return settings.topics().duplicates() != null;
  }

  private static SingleOutputStreamOperator<Click> read(
      StreamExecutionEnvironment env,
      ClickstreamSettings settings,
      ClickstreamInputs inputs,
      Columns columns) {
    return env.fromSource(
            inputs.clicks(), inputs.clickWatermarks(), "Read clicks", IngestTypes.INGESTED)
        .uid(OperatorUids.CLICK_SOURCE)
        .process(new RouteIngested(columns).diagnosing(settings.ingest(), settings.session()))
        .returns(IngestTypes.CLICK)
        .uid(OperatorUids.ROUTE_CLICKS)
        .name("Route clicks and rejects");
  }

  private static SingleOutputStreamOperator<Session> sessionize(
      DataStream<Click> clicks, ClickstreamSettings settings, Columns columns) {
    return clicks
        .keyBy(Click::visitor, IngestTypes.VISITOR)
        .transform(
            "Sessionize clicks",
            OutputTypes.session(columns),
            new SessionizeClicks(
                columns, settings.session(), settings.ingest().range(), keepsDuplicates(settings)))
        .uid(OperatorUids.SESSIONIZE);
  }

  /** At parallelism 1, so that every subtask behind the broadcast sees the same in one order. */
  private static SingleOutputStreamOperator<ReferenceUpdate> follow(
      StreamExecutionEnvironment env, ClickstreamInputs inputs) {
    DataStream<ReferenceRecord> snapshot =
        env.fromSource(
                inputs.referenceSnapshot(),
                new NoEventTime<>(),
                "Read reference data up to now",
                ReferenceTypes.RECORD)
            .uid(OperatorUids.REFERENCE_SNAPSHOT_SOURCE)
            .forceNonParallel()
            .transform("Mark loaded", ReferenceTypes.RECORD, new MarkLoaded())
            .uid(OperatorUids.MARK_LOADED)
            .forceNonParallel();
    return env.fromSource(
            inputs.referenceUpdates(),
            new NoEventTime<>(),
            "Read reference data from now on",
            ReferenceTypes.RECORD)
        .uid(OperatorUids.REFERENCE_UPDATE_SOURCE)
        .forceNonParallel()
        .union(snapshot)
        .process(new RouteReferences())
        .returns(ReferenceTypes.UPDATE)
        .uid(OperatorUids.ROUTE_REFERENCES)
        .name("Route reference data and rejects")
        .forceNonParallel();
  }

  private static DataStream<EnrichedSession> enrich(
      DataStream<Session> sessions,
      DataStream<ReferenceUpdate> references,
      ClickstreamSettings settings,
      Columns columns) {
    BroadcastStream<ReferenceUpdate> broadcast =
        references.broadcast(EnrichSessions.broadcastStates());
    return sessions
        .keyBy(Session::visitor, IngestTypes.VISITOR)
        .connect(broadcast)
        .process(
            new EnrichSessions(
                settings.enrichment(),
                columns,
                settings.ingest().range() == null
                    ? settings.session().gap().plus(settings.ingest().maxOutOfOrderness())
                    : null,
                settings.sink().generation(),
                System::currentTimeMillis),
            OutputTypes.enrichedSession(columns))
        .uid(OperatorUids.ENRICH)
        .name("Enrich sessions");
  }

  private static DataStream<OutputRecord> formatSessions(
      DataStream<EnrichedSession> enriched, Columns columns) {
    return enriched
        .map(new FormatSessions(columns))
        .returns(OutputTypes.OUTPUT_RECORD)
        .uid(OperatorUids.FORMAT_SESSIONS)
        .name("Format sessions");
  }

  private static DataStream<OutputRecord> formatLate(SingleOutputStreamOperator<Session> sessions) {
    return sessions
        .getSideOutput(SessionizeClicks.LATE)
        .map(new FormatLateClicks())
        .returns(OutputTypes.OUTPUT_RECORD)
        .uid(OperatorUids.FORMAT_LATE)
        .name("Format late clicks");
  }

  private static DataStream<OutputRecord> formatDuplicates(
      SingleOutputStreamOperator<Session> sessions) {
    return sessions
        .getSideOutput(SessionizeClicks.REPEATED)
        .map(new FormatDuplicates())
        .returns(OutputTypes.OUTPUT_RECORD)
        .uid(OperatorUids.FORMAT_DUPLICATES)
        .name("Format duplicates");
  }

  private static SingleOutputStreamOperator<OutputRecord> formatRejected(
      SingleOutputStreamOperator<?> read, OutputTag<Rejection> rejected) {
    return read.getSideOutput(rejected)
        .map(new FormatRejections())
        .returns(OutputTypes.OUTPUT_RECORD);
  }

  /** Records of one hash stay in order, and share a transaction. */
  private static void write(DataStream<OutputRecord> records, Sink<OutputRecord> sink) {
    records
        .partitionCustom(new ByHash(), OutputRecord::hash)
        .sinkTo(sink)
        .uid(OperatorUids.SINK)
        .name("Write to Kafka");
  }
}
