package io.clickstream.config.load;

import io.clickstream.config.ClickFormats;
import io.clickstream.config.Framing;
import io.clickstream.config.IngestSettings;
import io.clickstream.config.Setting;

/** Finds settings of Avro and its schemas that do not fit together. */
final class AvroChecks {

  private static final String BASIC = "basic.auth.user.info";
  private static final String BEARER = "bearer.auth.token";

  private final GivenSettings given;
  private final IngestSettings ingest;

  AvroChecks(GivenSettings given, IngestSettings ingest) {
    this.given = given;
    this.ingest = ingest;
  }

  void check() {
    if (given.isInvalid(IngestSettings.FORMAT.key())) {
      return;
    }
    if (ingest.format().equals(ClickFormats.AVRO)) {
      checkSource();
      checkFraming();
    } else {
      checkNoSource();
    }
    checkLogin();
  }

  private void checkSource() {
    Given url = given.of(IngestSettings.SCHEMA_REGISTRY_URL.key());
    Given file = given.of(IngestSettings.SCHEMA_FILE.key());
    Given format = given.of(IngestSettings.FORMAT.key());
    if (url != null && file != null) {
      given.problem(
          file,
          "either a file or a schema registry (%s)"
              .formatted(IngestSettings.SCHEMA_REGISTRY_URL.key()),
          "keep the registry if records begin with a schema id, else the file");
    } else if (url == null && file == null && format != null) {
      given.problem(
          format,
          "a schema for it, in %s or %s"
              .formatted(
                  IngestSettings.SCHEMA_REGISTRY_URL.key(), IngestSettings.SCHEMA_FILE.key()),
          "set the registry if records begin with a schema id, else the file");
    }
    if (url == null) {
      checkNoProperties();
    }
  }

  private void checkFraming() {
    Given framing = given.of(IngestSettings.FRAMING.key());
    if (framing == null) {
      return;
    }
    if (ingest.framing().stream().anyMatch(layer -> !layer.isBinary())) {
      given.problem(
          framing,
          "gzip or confluent: %s is Avro, which is neither lines nor a text"
              .formatted(IngestSettings.FORMAT.key()),
          "remove lines and text");
    } else if (ingest.schemaRegistryUrl() != null && ingest.framing().contains(Framing.CONFLUENT)) {
      given.problem(
          framing,
          "no schema id in it: with %s the id says how a record is read"
              .formatted(IngestSettings.SCHEMA_REGISTRY_URL.key()),
          "remove confluent");
    }
  }

  private void checkNoSource() {
    for (Setting<?> setting :
        new Setting<?>[] {IngestSettings.SCHEMA_REGISTRY_URL, IngestSettings.SCHEMA_FILE}) {
      Given value = given.of(setting.key());
      if (value != null) {
        given.problem(
            value,
            "%s: avro, which alone has schemas".formatted(IngestSettings.FORMAT.key()),
            "set it, or remove this");
      }
    }
    checkNoProperties();
  }

  private void checkNoProperties() {
    if (given.of(IngestSettings.SCHEMA_REGISTRY_URL.key()) != null) {
      return;
    }
    given
        .of(IngestSettings.SCHEMA_REGISTRY_PROPERTIES)
        .values()
        .forEach(
            property ->
                given.problem(
                    property,
                    "a registry that it is for, in " + IngestSettings.SCHEMA_REGISTRY_URL.key(),
                    "set it, or remove this"));
  }

  private void checkLogin() {
    String group = IngestSettings.SCHEMA_REGISTRY_PROPERTIES.key() + ".";
    Given bearer = given.of(group + BEARER);
    if (bearer != null && given.of(group + BASIC) != null) {
      given.problem(
          bearer, "one login; %s%s is another".formatted(group, BASIC), "keep one of them");
    }
  }
}
