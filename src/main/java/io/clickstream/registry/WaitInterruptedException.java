package io.clickstream.registry;

/**
 * A wait for a registry has been interrupted, as the task that waited is being cancelled. The
 * thread is still marked as interrupted.
 */
public final class WaitInterruptedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WaitInterruptedException(InterruptedException cause) {
    super("interrupted while waiting for the schema registry", cause);
  }
}
