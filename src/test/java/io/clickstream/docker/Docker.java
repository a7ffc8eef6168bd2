package io.clickstream.docker;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** Whether Docker runs here. */
final class Docker {

  private Docker() {}

  /** Skips the test where Docker does not run, or fails in CI and where it has to run. */
  static void require() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      skip("NO Docker: start a daemon that this user may talk to");
    }
  }

  /** Whether all of it is wanted, however much memory that takes. */
  static boolean isRequired() {
    return "true".equals(System.getenv("DOCKER_REQUIRED"));
  }

  static void skip(String message) {
    System.err.println(message);
    if (isRequired() || "true".equals(System.getenv("CI"))) {
      throw new AssertionError(message);
    }
    Assumptions.abort(message);
  }
}
