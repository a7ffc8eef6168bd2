package io.clickstream.reference;

import io.clickstream.columns.FieldPath;
import io.clickstream.config.MissingWords;
import io.clickstream.model.IdText;
import io.clickstream.model.Surrogates;
import io.clickstream.reference.JsonValue.Elements;
import io.clickstream.reference.JsonValue.Form;
import io.clickstream.reference.JsonValue.Members;
import io.clickstream.reference.JsonValue.Scalar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands at the paths of an id or a column, as it is read of clicks, or the two would
 * never meet: texts and numbers, numbers as they are written, without surrounding white space; and
 * nothing for all that means nothing.
 *
 * <p>Of several paths the first counts that has a text or a number; if none has, the first with
 * anything else.
 */
final class PathReader {

  /** Characters of an id or a column; all of them lie in memory on every subtask. */
  static final int MAX_TEXT = 1024;

  private final MissingWords missing;

  PathReader(MissingWords missing) {
    this.missing = missing;
  }

  /**
   * The value that was found for an id or a column.
   *
   * @param isThere whether the record says anything of it, be it that there is nothing
   * @param text what it says; null for nothing
   * @param problem why it could not be read as it is; null if it could, or if there is nothing
   */
  record Found(boolean isThere, @Nullable String text, @Nullable Unusable problem) {

    private static final Found ABSENT = new Found(false, null, null);
    private static final Found NOTHING = new Found(true, null, null);
  }

  /** An id: one that cannot be read as it is has no text, since a mended one is another's. */
  Found id(String label, List<FieldPath> paths, JsonValue root, JsonValue row) {
    Found found = find(label, paths, root, row);
    String text = found.text;
    if (text == null) {
      return found;
    }
    return isBroken(text)
        ? new Found(true, null, Unusable.invalid(label + ": half a surrogate pair"))
        : new Found(true, IdText.of(text), null);
  }

  /** A column: a broken text is mended, which is a problem as well. */
  Found column(String label, List<FieldPath> paths, JsonValue root, JsonValue row) {
    Found found = find(label, paths, root, row);
    String text = found.text;
    return text != null && isBroken(text)
        ? new Found(
            true,
            Surrogates.mended(text),
            Unusable.invalid(label + ": half a surrogate pair, which is mended"))
        : found;
  }

  /** A single value that is an id, such as a key. */
  Found id(String label, JsonValue value) {
    return id(label, List.of(), value, value);
  }

  private Found find(String label, List<FieldPath> paths, JsonValue root, JsonValue row) {
    Found found = first(label, paths, root, row);
    return found.text != null && found.text.length() > MAX_TEXT
        ? problem(label, "longer than " + MAX_TEXT + " characters")
        : found;
  }

  private Found first(String label, List<FieldPath> paths, JsonValue root, JsonValue row) {
    if (paths.isEmpty()) {
      return found(label, row);
    }
    Found best = Found.ABSENT;
    for (FieldPath path : paths) {
      Found found = find(label, path, path.fromRoot() ? root : row);
      if (found.text != null) {
        return found;
      }
      if (best.problem == null && found.isThere) {
        best = found;
      }
    }
    return best;
  }

  private Found find(String label, FieldPath path, JsonValue from) {
    JsonValue at = from;
    for (FieldPath.Step step : path.steps()) {
      if (at != from && meansNothing(at)) {
        return Found.NOTHING;
      }
      JsonValue next;
      try {
        next = next(at, step);
      } catch (IOException e) {
        return problem(label, "expected JSON in the text on the path to it");
      }
      if (next == null) {
        return leadsOn(at, step)
            ? Found.ABSENT
            : problem(label, "expected an object on the path to it");
      }
      at = next;
    }
    return found(label, at);
  }

  private static boolean leadsOn(JsonValue value, FieldPath.Step step) {
    return step instanceof FieldPath.Name ? value instanceof Members : value instanceof Elements;
  }

  private static @Nullable JsonValue next(JsonValue at, FieldPath.Step step) throws IOException {
    if (step instanceof FieldPath.Name name) {
      return at.member(name.name());
    }
    if (step instanceof FieldPath.Text) {
      return at instanceof Scalar text && text.form() == Form.TEXT
          ? JsonValue.read(text.text())
          : at;
    }
    if (!(at instanceof Elements array)) {
      return null;
    }
    if (step instanceof FieldPath.Entry entry) {
      JsonValue found = null;
      for (JsonValue element : array.elements()) {
        if (element.member(entry.key()) instanceof Scalar key && key.text().equals(entry.text())) {
          found = element;
        }
      }
      return found;
    }
    return array.elements().isEmpty() ? null : array.elements().get(0);
  }

  private Found found(String label, JsonValue value) {
    if (meansNothing(value)) {
      return Found.NOTHING;
    }
    if (!(value instanceof Scalar scalar) || scalar.form() == Form.TRUE) {
      return problem(label, "expected a text or a number");
    }
    return new Found(true, scalar.text().strip(), null);
  }

  private static Found problem(String label, String problem) {
    return new Found(true, null, Unusable.invalid(label + ": " + problem));
  }

  /** Whether a value is none: null, false, empty, blank, or a word for nothing. */
  private boolean meansNothing(JsonValue value) {
    return value instanceof Scalar scalar
        ? switch (scalar.form()) {
          case NULL, FALSE -> true;
          case TEXT -> missing.meanNothing(scalar.text().strip());
          case TRUE, NUMBER -> false;
        }
        : value.isEmpty();
  }

  private static boolean isBroken(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
