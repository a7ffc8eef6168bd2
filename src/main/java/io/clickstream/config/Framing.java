package io.clickstream.config;

import io.clickstream.config.Kind.MistakeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The layers in front of, around or between the clicks of a record; the job removes them. */
public enum Framing {
  /** A zero and a schema id of four bytes in front, as Confluent's serializers write it. */
  CONFLUENT(true),
  /** Compression. */
  GZIP(true),
  /** Several JSON values in one record, with line breaks between them or nothing at all. */
  LINES(false),
  /** JSON in a JSON text. */
  TEXT(false);

  private static final int MAX_LAYERS = 8;
  private static final String NAMES =
      Arrays.stream(values()).map(Framing::text).collect(Collectors.joining(", "));

  private final boolean binary;

  Framing(boolean binary) {
    this.binary = binary;
  }

  /** Its name in a setting. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is of bytes; any other is of JSON alone. */
  public boolean isBinary() {
    return binary;
  }

  /** Lists of framings, the outermost first; a single one needs no list. */
  static Kind<List<Framing>> list() {
    return Kind.tree(
            "framing",
            "one of %s, or a list of them, the outermost first".formatted(NAMES),
            Framing::read,
            "it is none of them",
            "zip",
            Framing::written)
        .refusing(
            "the list is longer than " + MAX_LAYERS,
            list -> list.size() > MAX_LAYERS,
            "[text, text, text, text, text, text, text, text, text]")
        .refusing(
            "confluent and gzip are bytes, which cannot stand in lines or in a text",
            Framing::hasBytesInText,
            "[lines, gzip]",
            "[text, confluent]")
        .suchAs("[confluent, gzip]", "lines", "[gzip, lines, text]");
  }

  private static List<Framing> read(Object tree) {
    List<Framing> read = new ArrayList<>();
    for (Object name : tree instanceof List<?> list ? list : List.of(tree)) {
      if (!(name instanceof String text)) {
        throw new MistakeException("it is not a list of names");
      }
      read.add(valueOf(text.strip().toUpperCase(Locale.ROOT)));
    }
    return List.copyOf(read);
  }

  private static String written(List<Framing> framings) {
    return framings.size() == 1
        ? framings.get(0).text()
        : framings.stream().map(Framing::text).collect(Collectors.joining(", ", "[", "]"));
  }

  private static boolean hasBytesInText(List<Framing> framings) {
    boolean inText = false;
    for (Framing framing : framings) {
      if (framing.isBinary() && inText) {
        return true;
      }
      inText |= !framing.isBinary();
    }
    return false;
  }
}
