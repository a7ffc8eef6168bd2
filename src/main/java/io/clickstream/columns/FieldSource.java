package io.clickstream.columns;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Where the value of a field comes from. */
public sealed interface FieldSource extends Serializable {

  /** As it is written for the record's own time. */
  String KAFKA = "@kafka";

  /**
   * Places in the record, of which the first that has a value counts.
   *
   * @param paths at least one
   * @param orKafka whether it is Kafka's timestamp of the record where none of them has a value
   */
  record Paths(List<FieldPath> paths, boolean orKafka) implements FieldSource {

    public Paths {
      paths = List.copyOf(paths);
      if (paths.isEmpty()) {
        throw new IllegalArgumentException("expected a path, found none");
      }
    }

    @Override
    public String toString() {
      String named = FieldPath.named(paths);
      return orKafka ? named + ", else " + KAFKA : named;
    }
  }

  /** The same text for every record. */
  record Constant(String text) implements FieldSource {

    @Override
    public String toString() {
      return "always " + text;
    }
  }

  /** Kafka's timestamp of the record. */
  record KafkaTimestamp() implements FieldSource {

    @Override
    public String toString() {
      return KAFKA;
    }
  }

  /** The place of one path. */
  static FieldSource of(FieldPath path) {
    return new Paths(List.of(path), false);
  }

  /** Whether it can be Kafka's timestamp of the record. */
  default boolean canBeKafka() {
    return this instanceof KafkaTimestamp || (this instanceof Paths places && places.orKafka());
  }

  /** The paths in the record; none if the value is not in it. */
  default List<FieldPath> inRecord() {
    return this instanceof Paths places ? places.paths() : List.of();
  }

  /**
   * Reads a path, a list of paths or {@link #KAFKA}, which may also be the last of a list.
   *
   * @param written texts and lists, as they are in YAML
   * @throws IllegalArgumentException if it is none of them; the message says in a few words what is
   *     wrong
   */
  static FieldSource parse(Object written) {
    if (written instanceof String text) {
      return text.strip().equals(KAFKA) ? new KafkaTimestamp() : of(FieldPath.parse(text));
    }
    if (!(written instanceof List<?> list)) {
      throw new IllegalArgumentException("it is neither a path nor a list of paths");
    }
    if (list.isEmpty()) {
      throw new IllegalArgumentException("the list of paths is empty");
    }
    List<FieldPath> paths = new ArrayList<>();
    boolean orKafka = false;
    for (Object item : list) {
      if (!(item instanceof String text)) {
        throw new IllegalArgumentException("the list has other things in it than paths");
      }
      if (orKafka) {
        throw new IllegalArgumentException(
            KAFKA + " is not the last of the list; every record has a time, so nothing can follow");
      }
      if (text.strip().equals(KAFKA)) {
        orKafka = true;
        continue;
      }
      FieldPath path = FieldPath.parse(text);
      if (paths.contains(path)) {
        throw new IllegalArgumentException("a path is in the list twice");
      }
      paths.add(path);
    }
    return paths.isEmpty() ? new KafkaTimestamp() : new Paths(paths, orKafka);
  }

  /** As it is written in YAML. */
  default String yaml() {
    if (this instanceof Paths places) {
      List<String> texts =
          Stream.concat(
                  places.paths().stream().map(FieldPath::toString),
                  places.orKafka() ? Stream.of(KAFKA) : Stream.empty())
              .toList();
      return texts.size() == 1 ? YamlText.of(texts.get(0)) : YamlText.of(texts);
    }
    return YamlText.of(this instanceof Constant constant ? constant.text() : KAFKA);
  }
}
