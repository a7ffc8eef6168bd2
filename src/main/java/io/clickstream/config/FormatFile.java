package io.clickstream.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A file of settings that {@code ingest.format} stands for. It is part of the JAR, and written as a
 * settings file is, so that it can be read and copied from.
 */
final class FormatFile {

  private FormatFile() {}

  /** The text of a format's file. */
  static String text(String format) {
    String name = "formats/" + format + ".yaml";
    try (InputStream in = FormatFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + ": expected in the JAR, found nothing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be read", e);
    }
  }

  /** The settings in a format's file by full key: texts, lists and maps of texts. */
  static Map<String, Object> settings(String format) {
    Set<String> groups =
        Declarations.all().stream()
            .filter(Setting::isGroup)
            .map(Setting::key)
            .collect(Collectors.toSet());
    Map<String, Object> settings = new LinkedHashMap<>();
    Object read =
        new Load(LoadSettings.builder().setSchema(new FailsafeSchema()).build())
            .loadFromString(text(format));
    if (!(read instanceof Map<?, ?> sections)) {
      throw new IllegalStateException(format + ": expected settings, found something else");
    }
    sections.forEach(
        (section, keys) ->
            ((Map<?, ?>) keys)
                .forEach(
                    (name, value) -> {
                      String key = section + "." + name;
                      if (groups.contains(key)) {
                        ((Map<?, ?>) value)
                            .forEach((member, each) -> settings.put(key + "." + member, each));
                      } else {
                        settings.put(key, value);
                      }
                    }));
    return settings;
  }
}
