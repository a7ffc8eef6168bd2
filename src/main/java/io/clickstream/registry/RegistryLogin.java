package io.clickstream.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a client shows to a registry who it is, and whom it trusts: properties with the names that
 * Confluent's client gives them.
 */
public final class RegistryLogin {

  public static final String BASIC = "basic.auth.user.info";
  public static final String BASIC_SOURCE = "basic.auth.credentials.source";
  public static final String BEARER = "bearer.auth.token";
  public static final String BEARER_SOURCE = "bearer.auth.credentials.source";

  private static final String TLS_PREFIX = "ssl.";

  private RegistryLogin() {}

  /** The header of a request that says who asks, or null without a login. */
  static @Nullable String authorization(URI address, Map<String, String> properties) {
    String token = properties.get(BEARER);
    if (token != null) {
      return "Bearer " + token;
    }
    String user = properties.getOrDefault(BASIC, address.getUserInfo());
    return user == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The context of a connection with TLS, or null for the JVM's own trust store.
   *
   * @throws IllegalArgumentException if the properties {@code ssl.*} are not right, or a file that
   *     they name cannot be read; without any secret
   */
  static @Nullable SSLContext tls(Map<String, String> properties) {
    Map<String, Object> given = new LinkedHashMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(TLS_PREFIX)) {
            given.put(name, value);
          }
        });
    if (given.isEmpty()) {
      return null;
    }
    ConfigDef kafka = new ConfigDef();
    SslConfigs.addClientSslSupport(kafka);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(kafka.parse(given));
      return factory.sslContext();
    } catch (RuntimeException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      throw new IllegalArgumentException(
          "ingest.schema-registry.properties.ssl.*: "
              + withoutSecrets(String.valueOf(root.getMessage()), properties),
          e);
    }
  }

  /** A text of somebody else's without the values of properties that are secret. */
  static String withoutSecrets(String text, Map<String, String> properties) {
    String clean = text;
    for (Map.Entry<String, String> property : properties.entrySet()) {
      String value = property.getValue();
      if (!isHarmless(property.getKey()) && !value.isBlank()) {
        clean = clean.replace(value, "***");
      }
    }
    return clean;
  }

  private static boolean isHarmless(String name) {
    return List.of(".location", ".type", ".source", ".protocol", ".protocols").stream()
        .anyMatch(name::endsWith);
  }
}
