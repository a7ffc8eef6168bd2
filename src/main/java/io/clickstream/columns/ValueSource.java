package io.clickstream.columns;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where a definition finds a click's value: in one of our fields, wherever that is mapped to, or at
 * places in the click.
 *
 * @param field one of our fields, or null
 * @param paths places in the click, or null if it is one of our fields
 */
public record ValueSource(@Nullable ClickField field, @Nullable FieldSource paths)
    implements Serializable {

  public ValueSource {
    if ((field == null) == (paths == null)) {
      throw new IllegalArgumentException("expected either one of our fields or paths");
    }
  }

  /** As it is written in YAML. */
  public String yaml() {
    return field != null ? field.name() : paths != null ? paths.yaml() : "";
  }

  @Override
  public String toString() {
    return field != null ? field.name() : String.valueOf(paths);
  }
}
