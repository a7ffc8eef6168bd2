package io.clickstream.preflight;

import java.util.function.Consumer;

/**
 * One thing about Kafka that a preflight looks at. All checks ask before any of them waits for an
 * answer, so that a broker that does not answer is waited for once.
 */
interface KafkaCheck {

  /** The thing that is looked at, for a message that says that it could not be. */
  String name();

  /**
   * Asks the brokers, and waits for nothing.
   *
   * @return waits for the answers, and adds what there is to be said; it may ask further
   */
  Consumer<Findings> ask(Brokers brokers);
}
