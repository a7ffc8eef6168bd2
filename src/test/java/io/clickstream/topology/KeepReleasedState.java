package io.clickstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No test, and run only by name: {@code ./mvnw verify -Dit.test=KeepReleasedState
 * -Dclickstream.release=0.1.0} keeps a savepoint of the present state, from which {@link
 * ReleasedStateIT} goes on ever after. It is done once at each release, and never again for the
 * same one.
 */
class KeepReleasedState {

  private static final String NAME = "clickstream.release";

  @TempDir Path directory;

  @Test
  void keep() throws Exception {
    String release = System.getProperty(NAME);
    assertThat(release).as("-D" + NAME + "=VERSION names the release").isNotNull();
    ReleasedStateIT state = new ReleasedStateIT();
    state.directory = directory;
    state.start();
    try {
      state.keep(release);
    } finally {
      state.stop();
    }
  }
}
