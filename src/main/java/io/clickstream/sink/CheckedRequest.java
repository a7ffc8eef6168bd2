package io.clickstream.sink;

import java.util.Objects;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.jspecify.annotations.Nullable;

/**
 * A request to commit as the connector sees it. A failure is kept here, and told to Flink only when
 * all others are committed and it is known what became of the transaction.
 */
final class CheckedRequest implements CommitRequest<KafkaCommittable> {

  private final CommitRequest<PendingTransaction> request;
  private @Nullable Throwable failure;
  private boolean open;

  CheckedRequest(CommitRequest<PendingTransaction> request) {
    this.request = request;
  }

  PendingTransaction transaction() {
    return request.getCommittable();
  }

  /** Whether it is committed: no failure and no retry was signalled. */
  boolean isCommitted() {
    return !open && failure == null;
  }

  /** Whether the connector could not commit it. */
  boolean hasFailed() {
    return failure != null;
  }

  /** Of the failure; only where there was one. */
  Throwable reason() {
    return Objects.requireNonNull(failure);
  }

  /** Tells Flink that it need not be committed any more. */
  void wasCommittedBefore() {
    request.signalAlreadyCommitted();
  }

  /** Tells Flink that it is gone, and that the job goes on. */
  void wasNotCommitted() {
    request.signalFailedWithKnownReason(reason());
  }

  /** Tells Flink to fail. */
  void endJob(Throwable loss) {
    request.signalFailedWithUnknownReason(loss);
  }

  @Override
  public KafkaCommittable getCommittable() {
    return request.getCommittable().transaction();
  }

  /** The connector writes it into its log. */
  @Override
  public String toString() {
    return request.getCommittable().toString();
  }

  @Override
  public int getNumberOfRetries() {
    return request.getNumberOfRetries();
  }

  @Override
  public void retryLater() {
    open = true;
    request.retryLater();
  }

  @Override
  public void updateAndRetryLater(KafkaCommittable committable) {
    open = true;
    request.updateAndRetryLater(
        new PendingTransaction(committable, request.getCommittable().record()));
  }

  @Override
  public void signalAlreadyCommitted() {
    request.signalAlreadyCommitted();
  }

  @Override
  public void signalFailedWithKnownReason(Throwable reason) {
    failure = reason;
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable reason) {
    if (reason instanceof InvalidPidMappingException) {
      failure = reason;
    } else {
      open = true;
      request.signalFailedWithUnknownReason(reason);
    }
  }
}
