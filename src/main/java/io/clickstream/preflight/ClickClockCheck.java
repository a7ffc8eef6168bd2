package io.clickstream.preflight;

import java.time.Duration;
import java.util.function.Consumer;

/** Whose clocks the guard against clicks from the future trusts. */
final class ClickClockCheck implements KafkaCheck {

  /** A clock that may be ahead by more than this is not bounded. */
  private static final Duration BOUND = Duration.ofDays(1);

  private final String clicks;

  ClickClockCheck(String clicks) {
    this.clicks = clicks;
  }

  @Override
  public String name() {
    return "the timestamps of " + UsedTopic.topic(clicks);
  }

  @Override
  public Consumer<Findings> ask(Brokers brokers) {
    DescribedTopic described = brokers.topic(clicks);
    return findings -> report(described, brokers, findings);
  }

  private void report(DescribedTopic topic, Brokers brokers, Findings findings) {
    if (topic.config().value() == null) {
      return;
    }
    String subject = UsedTopic.topic(clicks);
    String type = topic.value("message.timestamp.type");
    if ("LogAppendTime".equals(type)) {
      findings.ok(
          subject, "message.timestamp.type is LogAppendTime: the future guard trusts the brokers");
      return;
    }
    Long ahead = topic.number("message.timestamp.after.max.ms");
    String trusts =
        "message.timestamp.type is %s: the future guard trusts the producers' clocks"
            .formatted(type);
    if (ahead == null || ahead > BOUND.toMillis()) {
      findings.warning(
          subject,
          trusts
              + " without a bound. A click of a clock that is ahead is rejected when it is read at"
              + " once, but accepted when it is read later, and then closes the sessions of others",
          brokers.alter(clicks, "message.timestamp.type=LogAppendTime"));
    } else {
      findings.info(
          subject,
          trusts
              + ", which the brokers let be ahead by %s (message.timestamp.after.max.ms): one click further ahead, and they refuse its whole batch, with the right ones in it. A click that is ahead by less may be rejected when it is read at once, but accepted when it is read later. With message.timestamp.type=LogAppendTime neither happens"
                  .formatted(Findings.text(Duration.ofMillis(ahead))));
    }
  }
}
