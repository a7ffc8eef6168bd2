package io.clickstream.preflight;

import io.clickstream.kafka.KafkaAnswers.Answer;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Whether offsets can be committed for a group, which lets others watch the lag. */
final class GroupCheck implements KafkaCheck {

  private final String subject;
  private final String group;
  private final String on;

  private GroupCheck(String subject, String group, String on) {
    this.subject = subject;
    this.group = group;
    this.on = on;
  }

  /** The group of the job, which users know by its name. */
  static GroupCheck byName(String group) {
    return new GroupCheck(subject(group), group, "");
  }

  /** The group of the loader, which users know by the setting that names it. */
  static GroupCheck bySetting(String setting, String group) {
    return new GroupCheck(setting, group, " on group " + group);
  }

  /** The subject of findings about a group. */
  static String subject(String group) {
    return "group " + group;
  }

  @Override
  public String name() {
    return subject;
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    KafkaFuture<ConsumerGroupDescription> asked =
        brokers
            .admin()
            .describeConsumerGroups(
                List.of(group),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
            .all()
            .thenApply(groups -> groups.get(group));
    return findings -> report(brokers.answer(asked), brokers, findings);
  }

  private void report(Answer<ConsumerGroupDescription> answer, Brokers brokers, Findings findings) {
    KafkaException failure = answer.failure();
    ConsumerGroupDescription description = answer.value();
    Set<AclOperation> allowed = description == null ? null : description.authorizedOperations();
    // Brokers without an authorizer do not say, or say nothing.
    boolean denied = allowed != null && !allowed.isEmpty() && !allowed.contains(AclOperation.READ);
    if (failure instanceof AuthorizationException || denied) {
      findings.error(
          subject,
          "READ is not allowed%s: offsets cannot be committed".formatted(on),
          brokers.grant("--operation READ --group " + group));
    } else if (failure instanceof GroupIdNotFoundException) {
      findings.ok(subject, "it is new");
    } else if (failure != null || description == null) {
      findings.notLookedAt(subject, "READ" + on, brokers.reason(failure), "DESCRIBE on the group");
    } else {
      findings.ok(subject, "it can be used");
    }
  }
}
