package io.clickstream.tools.topics;

import io.clickstream.config.KafkaSettings;
import io.clickstream.config.UserErrorException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;

/** A right on topics that a user lacks; the brokers' own message does not name it. */
final class NotAllowedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final AclOperation operation;
  private final ArrayList<String> topics;

  NotAllowedException(AclOperation operation, List<String> topics, Exception cause) {
    super(cause);
    this.operation = operation;
    this.topics = new ArrayList<>(topics);
  }

  /** With the command that grants the right. */
  UserErrorException forUser(KafkaSettings kafka) {
    String user = kafka.user();
    StringBuilder grant =
        new StringBuilder(
            "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s --operation %s"
                .formatted(kafka.bootstrapServers(), user == null ? "<name>" : user, operation));
    topics.forEach(topic -> grant.append(" --topic ").append(topic));
    return new UserErrorException(
        """
        %s is not allowed%s on %s; nothing was changed
          remedy: run this as an administrator, whose login is in CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG; or %s"""
            .formatted(
                operation,
                user == null ? "" : " to user " + user,
                String.join(", ", topics),
                grant),
        this);
  }
}
