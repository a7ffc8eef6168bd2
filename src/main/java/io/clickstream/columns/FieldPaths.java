package io.clickstream.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths at which records have the fields of a click: names joined by dots. The settings and the
 * readers of records check them by these rules.
 */
public final class FieldPaths {

  private FieldPaths() {}

  /**
   * Two fields of which one would be inside the value of the other.
   *
   * @param field the field whose path leads through a value
   * @param through the field that has this value
   */
  public record Clash(String field, String through) {}

  /** The names that a path is made of. */
  public static List<String> names(String path) {
    return List.of(path.split("\\.", -1));
  }

  /** The mistake in a path, or null if there is none. */
  public static @Nullable String mistake(String path) {
    for (String name : names(path)) {
      if (name.isBlank()) {
        return "a name in the path is empty";
      }
      if (!name.strip().equals(name)) {
        return "a name in the path begins or ends with a space";
      }
    }
    return null;
  }

  /**
   * All fields that cannot have a value while others have one.
   *
   * @param paths by field
   */
  public static List<Clash> clashes(Map<String, String> paths) {
    List<Clash> clashes = new ArrayList<>();
    paths.forEach(
        (through, outer) ->
            paths.forEach(
                (field, path) -> {
                  if (path.startsWith(outer + ".")) {
                    clashes.add(new Clash(field, through));
                  }
                }));
    return clashes;
  }
}
