package io.clickstream.benchmark;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Counts the files that Flink's checkpoints write below a directory: what an object store would
 * bill. A checkpoint ends when its metadata appears; that file counts as well.
 */
final class CheckpointFiles implements AutoCloseable {

  private static final String METADATA = "_metadata";

  private final WatchService watcher;
  private final Set<Path> seen = new HashSet<>();
  private final Set<Path> watched = new LinkedHashSet<>();
  private final List<Long> perCheckpoint = new ArrayList<>();
  private long current;

  /** Begins to count at once. */
  CheckpointFiles(Path directory) throws IOException {
    watcher = directory.getFileSystem().newWatchService();
    watch(directory);
    Thread thread = new Thread(this::run, "benchmark-checkpoint-files");
    thread.setDaemon(true);
    thread.start();
  }

  /** Files of each checkpoint so far. */
  synchronized List<Long> perCheckpoint() {
    return List.copyOf(perCheckpoint);
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }

  private void run() {
    try {
      while (true) {
        WatchKey key = watcher.take();
        for (WatchEvent<?> event : key.pollEvents()) {
          if (event.context() instanceof Path name && key.watchable() instanceof Path directory) {
            created(directory.resolve(name));
          }
        }
        key.reset();
      }
    } catch (ClosedWatchServiceException e) {
      // The run is over.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void created(Path path) {
    if (!seen.add(path)) {
      return;
    }
    if (Files.isDirectory(path)) {
      watch(path);
    } else if (!path.getFileName().toString().startsWith(".")) {
      current++;
      if (path.endsWith(METADATA)) {
        // It is written last, but heard of in any order.
        List.copyOf(watched).forEach(this::list);
        perCheckpoint.add(current);
        current = 0;
      }
    }
  }

  private void watch(Path directory) {
    try {
      directory.register(watcher, ENTRY_CREATE);
      watched.add(directory);
      list(directory);
    } catch (IOException e) {
      // Deleted meanwhile, with the checkpoint that it belonged to.
    }
  }

  /** Files from before the watch began, or not yet reported. */
  private void list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      files
          .sorted(Comparator.comparing((Path file) -> file.endsWith(METADATA)))
          .forEach(this::created);
    } catch (IOException e) {
      watched.remove(directory);
    }
  }
}
