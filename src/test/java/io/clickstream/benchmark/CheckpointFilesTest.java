package io.clickstream.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFilesTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void shouldCountTheFilesOfEachCheckpoint() throws IOException {
    try (CheckpointFiles files = new CheckpointFiles(directory)) {
      // When: a temporary file that is moved counts once, under its last name
      Path shared = Files.createDirectories(directory.resolve("job/shared"));
      Path first = Files.createDirectories(directory.resolve("job/chk-1"));
      Files.writeString(shared.resolve("a"), "a");
      Files.writeString(first.resolve("b"), "b");
      complete(first);
      await().atMost(Duration.ofSeconds(20)).until(() -> files.perCheckpoint().size() == 1);
      Path second = Files.createDirectories(directory.resolve("job/chk-2"));
      Files.writeString(shared.resolve("c"), "c");
      complete(second);

      // Then
      await().atMost(Duration.ofSeconds(20)).until(() -> files.perCheckpoint().size() == 2);
      assertThat(files.perCheckpoint()).isEqualTo(List.of(3L, 2L));
    }
  }

  private static void complete(Path checkpoint) throws IOException {
    Path temporary = Files.writeString(checkpoint.resolve("._metadata.inprogress.1"), "m");
    Files.move(temporary, checkpoint.resolve("_metadata"));
  }
}
