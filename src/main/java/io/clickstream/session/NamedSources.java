package io.clickstream.session;

import io.clickstream.columns.Source;
import java.util.List;

/** Where clicks have some texts, and the fingerprints of these places' names, which state has. */
final class NamedSources {

  private final int[] indices;
  private final long[] names;

  NamedSources(List<Source> sources) {
    indices = sources.stream().mapToInt(Source::index).toArray();
    names = sources.stream().mapToLong(source -> Fingerprint.of(source.name())).toArray();
  }

  int count() {
    return indices.length;
  }

  /** The index of the text in a click. */
  int index(int source) {
    return indices[source];
  }

  /** The fingerprint of the name. */
  long name(int source) {
    return names[source];
  }
}
