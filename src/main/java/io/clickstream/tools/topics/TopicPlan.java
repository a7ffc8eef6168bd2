package io.clickstream.tools.topics;

import io.clickstream.config.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a topic should be.
 *
 * @param partitions at least; more do no harm
 * @param reason for that number, readable
 * @param configs of the topic, by Kafka's names
 */
record TopicPlan(String topic, int partitions, String reason, Map<String, String> configs) {

  /** Those whose records are few: enough for three brokers. */
  private static final int FEW = 3;

  private static final int REJECTED_SESSIONS = 1;

  /** How much longer what went wrong is kept than what went well: somebody has to look at it. */
  private static final int LONGER = 2;

  TopicPlan {
    configs = Map.copyOf(configs);
  }

  /**
   * The load that the topics have to carry.
   *
   * @param slots parallelism of the job
   * @param loaderSlots parallelism of what reads the sessions
   * @param clicksPerSecond expected, at the busiest time of the topic's life
   * @param sessionsPerSecond all revisions, at that time
   * @param perPartition records a second that one partition may have to take
   * @param replication copies of each partition
   * @param retention of clicks and sessions
   */
  record Demand(
      int slots,
      int loaderSlots,
      long clicksPerSecond,
      long sessionsPerSecond,
      long perPartition,
      int replication,
      Duration retention) {}

  /** Plans for all topics of job and loader, in the order in which records pass them. */
  static List<TopicPlan> of(TopicSettings topics, Demand demand) {
    List<TopicPlan> plans = new ArrayList<>();
    for (String clicks : topics.clicks()) {
      plans.add(
          new TopicPlan(
              clicks,
              partitions(demand.slots(), demand.clicksPerSecond(), demand.perPartition()),
              reason(demand.slots(), demand.clicksPerSecond(), demand.perPartition(), "clicks"),
              // The brokers' clock, which the guard against clicks of the future trusts.
              with(kept(demand, 1), Map.of("message.timestamp.type", "LogAppendTime"))));
    }
    plans.add(compacted(topics.profiles(), demand));
    plans.add(compacted(topics.products(), demand));
    plans.add(
        new TopicPlan(
            topics.sessions(),
            partitions(demand.loaderSlots(), demand.sessionsPerSecond(), demand.perPartition()),
            reason(
                demand.loaderSlots(),
                demand.sessionsPerSecond(),
                demand.perPartition(),
                "sessions"),
            kept(demand, 1)));
    plans.add(few(topics.late(), FEW, demand));
    plans.add(few(topics.rejected(), FEW, demand));
    if (topics.duplicates() != null) {
      plans.add(few(topics.duplicates(), FEW, demand));
    }
    plans.add(few(topics.rejectedSessions(), REJECTED_SESSIONS, demand));
    return plans;
  }

  /**
   * Two for each slot, so that there is room to grow and one slow partition is not a slow slot;
   * more if these could not carry the load. Always a multiple of the slots, so that all have as
   * much to do.
   */
  static int partitions(int slots, long perSecond, long perPartition) {
    long wanted = Math.max(2L * slots, ceilDiv(perSecond, perPartition));
    return Math.toIntExact(ceilDiv(wanted, slots) * slots);
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }

  private static String reason(int slots, long perSecond, long perPartition, String what) {
    long carrying = ceilDiv(perSecond, perPartition);
    long wanted = Math.max(2L * slots, carrying);
    int partitions = partitions(slots, perSecond, perPartition);
    return String.format(
        Locale.ROOT,
        "max(2 × %d %s, %,d %s/s ÷ %,d a partition = %d)%s",
        slots,
        slots == 1 ? "slot" : "slots",
        perSecond,
        what,
        perPartition,
        carrying,
        partitions == wanted ? "" : ", rounded up to a multiple of %d".formatted(slots));
  }

  private static TopicPlan compacted(String topic, Demand demand) {
    return new TopicPlan(
        topic,
        FEW,
        "read as a whole by one task, whatever their number",
        with(replicated(demand), Map.of("cleanup.policy", "compact")));
  }

  private static TopicPlan few(String topic, int partitions, Demand demand) {
    return new TopicPlan(
        topic,
        partitions,
        "few records, kept %d × as long: somebody has to look at them".formatted(LONGER),
        kept(demand, LONGER));
  }

  private static Map<String, String> kept(Demand demand, int times) {
    return with(
        replicated(demand),
        Map.of(
            "cleanup.policy",
            "delete",
            "retention.ms",
            Long.toString(demand.retention().multipliedBy(times).toMillis())));
  }

  /** One copy may be away, and everything goes on. */
  private static Map<String, String> replicated(Demand demand) {
    return Map.of("min.insync.replicas", Integer.toString(Math.max(1, demand.replication() - 1)));
  }

  private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(some);
    all.putAll(more);
    return all;
  }

  /** The configs by name, on one line. */
  String configText() {
    return new TreeMap<>(configs)
        .entrySet().stream()
            .map(config -> config.getKey() + "=" + config.getValue())
            .collect(Collectors.joining(" "));
  }

  /** As one line. */
  String render(int replication) {
    return String.format(
        Locale.ROOT,
        "%-20s %3d partition%s %d replica%s  %s",
        topic,
        partitions,
        partitions == 1 ? ", " : "s,",
        replication,
        replication == 1 ? " " : "s",
        reason);
  }
}
