package io.clickstream.preflight;

import io.clickstream.config.UserErrorException;

/** The job would fail, hang or lose data if it were started as things are. Names every reason. */
public final class PreflightException extends UserErrorException {

  PreflightException(String message) {
    super(message);
  }
}
