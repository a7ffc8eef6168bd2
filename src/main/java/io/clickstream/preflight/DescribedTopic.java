package io.clickstream.preflight;

import io.clickstream.kafka.KafkaAnswers;
import io.clickstream.kafka.KafkaAnswers.Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** A topic as the brokers describe it, with its configuration: each is asked once. */
final class DescribedTopic {

  /** How long a topic is looked for that does not seem to exist: it may just have been created. */
  private static final Duration NEW_TOPIC = Duration.ofSeconds(2);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final String name;
  private final Admin admin;
  private final KafkaAnswers answers;
  private final long patience = System.nanoTime() + NEW_TOPIC.toNanos();
  private final KafkaFuture<TopicDescription> asked;
  private @Nullable Answer<TopicDescription> description;
  private @Nullable Answer<Config> config;

  DescribedTopic(String name, Admin admin, KafkaAnswers answers) {
    this.name = name;
    this.admin = admin;
    this.answers = answers;
    this.asked = ask();
  }

  private KafkaFuture<TopicDescription> ask() {
    return admin
        .describeTopics(
            List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
        .allTopicNames()
        .thenApply(topics -> topics.get(name));
  }

  /** Its partitions and what the user may do with it. */
  Answer<TopicDescription> description() {
    Answer<TopicDescription> answer = description;
    if (answer == null) {
      answer = answers.answer(asked);
      for (boolean more = true; more && isMissing(answer); ) {
        // At least once, even if others have taken all of the time.
        more = System.nanoTime() < patience;
        pause();
        answer = answers.answer(ask());
      }
      description = answer;
    }
    return answer;
  }

  private static boolean isMissing(Answer<TopicDescription> answer) {
    return answer.failure() instanceof UnknownTopicOrPartitionException;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Its partitions and what the user may do with it, or null if it cannot be described. */
  @Nullable TopicDescription found() {
    return description().value();
  }

  /** Its configuration; asked only for a topic that can be described. */
  Answer<Config> config() {
    Answer<Config> answer = config;
    if (answer == null) {
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
      answer =
          found() == null
              ? new Answer<>(null, description().failure())
              : answers.answer(
                  admin
                      .describeConfigs(List.of(resource))
                      .all()
                      .thenApply(configs -> configs.get(resource)));
      config = answer;
    }
    return answer;
  }

  /** An entry of its configuration; null if that is not known, or has no such entry. */
  @Nullable String value(String entry) {
    Config known = config().value();
    ConfigEntry found = known == null ? null : known.get(entry);
    return found == null ? null : found.value();
  }

  /** An entry that is a number; null if it is not known. */
  @Nullable Long number(String entry) {
    String value = value(entry);
    return value == null ? null : Long.valueOf(value);
  }
}
