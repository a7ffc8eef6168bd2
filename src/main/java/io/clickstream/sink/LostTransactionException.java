package io.clickstream.sink;

import java.io.IOException;

/** Records that were written are gone, because the brokers ended their transaction. */
final class LostTransactionException extends IOException {

  private static final long serialVersionUID = 1L;

  LostTransactionException(String message, Throwable cause) {
    super(message, cause);
  }
}
