package io.clickstream.preflight;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;

/**
 * A topic, and what a job wants of it.
 *
 * @param name of the topic
 * @param subject of the findings about it
 * @param on behind a verb, where the subject does not say which topic is meant
 * @param operations that the job must be allowed
 * @param compacted whether the latest record of each key has to stay
 * @param missing the message if there is none
 * @param create what to do if there is none
 */
record UsedTopic(
    String name,
    String subject,
    String on,
    Set<AclOperation> operations,
    boolean compacted,
    String missing,
    String create) {

  /** The configuration of a topic that is compacted. */
  static final String COMPACTED = "cleanup.policy=compact";

  static final Set<AclOperation> READ = EnumSet.of(AclOperation.READ);
  static final Set<AclOperation> WRITE = EnumSet.of(AclOperation.WRITE);
  static final Set<AclOperation> READ_WRITE = EnumSet.of(AclOperation.READ, AclOperation.WRITE);

  /**
   * A topic of the job, which users know by its name.
   *
   * @param partitions to suggest for a missing one
   * @param compacted whether the latest record of each key has to stay
   */
  static UsedTopic byName(
      String servers,
      String name,
      Set<AclOperation> operations,
      int partitions,
      boolean compacted) {
    return new UsedTopic(
        name,
        topic(name),
        "",
        operations,
        compacted,
        "it does not exist",
        "kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d%s, or name another with topics.*"
            .formatted(servers, name, partitions, compacted ? " --config " + COMPACTED : ""));
  }

  /** A topic of the loader, which users know by the setting that names it. */
  static UsedTopic bySetting(
      String setting, String name, Set<AclOperation> operations, String create) {
    return new UsedTopic(
        name, setting, " on topic " + name, operations, false, "there is no topic " + name, create);
  }

  /** The subject of findings about one topic or several. */
  static String topics(List<String> names) {
    return (names.size() == 1 ? "topic " : "topics ") + String.join(", ", names);
  }

  /** The subject of findings about a topic. */
  static String topic(String name) {
    return "topic " + name;
  }
}
