package io.clickstream.preflight;

import io.clickstream.config.IngestSettings;
import io.clickstream.registry.RegistryException;
import io.clickstream.registry.SchemaRegistry;
import java.util.Map;

/**
 * Whether the schema registry answers with this login. It is asked for one schema, as the job will
 * ask; whether it knows that one does not matter.
 */
final class SchemaRegistryCheck implements Check {

  private static final int ANY_ID = 1;

  private final String url;
  private final Map<String, String> properties;

  /**
   * @param url of {@code ingest.schema-registry.url}
   */
  SchemaRegistryCheck(String url, Map<String, String> properties) {
    this.url = url;
    this.properties = properties;
  }

  @Override
  public String name() {
    return IngestSettings.SCHEMA_REGISTRY_URL.key();
  }

  @Override
  public void run(Findings findings) {
    try {
      new SchemaRegistry(url, properties).schema(ANY_ID);
      findings.ok(name(), "the schema registry answers");
    } catch (RegistryException e) {
      findings.error(name(), String.valueOf(e.getMessage()), remedy(e.kind()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      findings.warning(name(), "it was not asked to the end", "run the check again");
    }
  }

  private static String remedy(RegistryException.Kind kind) {
    String properties = IngestSettings.SCHEMA_REGISTRY_PROPERTIES.key();
    return switch (kind) {
      case NO_ANSWER ->
          "start the registry, or correct the address; the job would wait for it and read nothing";
      case LOGIN_REFUSED ->
          "correct %s.basic.auth.user.info (user:password) or .bearer.auth.token, and grant this"
                  .formatted(properties)
              + " login to read schemas";
      case TLS ->
          "correct %s.ssl.*: .truststore.* is whom the job trusts, .keystore.* its own certificate,"
                  .formatted(properties)
              + " if the registry wants one; https and http have ports of their own";
      case UNEXPECTED_ANSWER ->
          "correct the address: it is that of the REST API of Confluent's, with its path, if it has"
              + " one (Apicurio: /apis/ccompat/v7)";
    };
  }
}
