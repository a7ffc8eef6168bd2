package io.clickstream.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The kinds of a schema registry's settings. */
final class RegistryKinds {

  /** Addresses of one registry. */
  static final Kind<String> URL =
      Kind.text("http://host:port or https://host:port, several separated by commas")
          .refusing(
              "a part of it is no address of http or https",
              any(address -> !isAddress(address)),
              "registry:8081",
              "http://",
              "ftp://registry",
              "http://a,")
          .suchAs("http://registry:8081", "https://a.example.com/path, https://b.example.com");

  /** The properties that are understood, as Confluent's clients call them. */
  static final List<String> PROPERTIES =
      List.of(
          "basic.auth.user.info",
          "bearer.auth.token",
          "ssl.truststore.location",
          "ssl.truststore.password",
          "ssl.truststore.type",
          "ssl.truststore.certificates",
          "ssl.keystore.location",
          "ssl.keystore.password",
          "ssl.keystore.type",
          "ssl.keystore.certificate.chain",
          "ssl.keystore.key",
          "ssl.key.password",
          "ssl.protocol");

  /** The value of one of them. */
  static final Kind<String> PROPERTY =
      Kind.text("a property of the clients of schema registries and its value")
          .refusing("it is empty", String::isBlank, "", " ")
          .suchAs("user:password", "/etc/clickstream/truststore.p12");

  private RegistryKinds() {}

  private static Predicate<String> any(Predicate<String> wrong) {
    return addresses -> Arrays.stream(addresses.split(",", -1)).map(String::strip).anyMatch(wrong);
  }

  private static boolean isAddress(String address) {
    URI uri = uri(address);
    return uri != null
        && uri.getScheme() != null
        && List.of("http", "https").contains(uri.getScheme())
        && uri.getHost() != null
        && uri.getQuery() == null
        && uri.getFragment() == null;
  }

  private static @Nullable URI uri(String address) {
    try {
      return new URI(address);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
