package io.clickstream.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Brokers as one has them in production: their one listener speaks TLS and wants user and password
 * by SCRAM, and who is let in may do nothing that is not granted. Their administrator may
 * everything.
 *
 * <p>The certificate is for the address 127.0.0.1 and for no name. Without a client's own one comes
 * in, too.
 */
public final class SecuredListener {

  public static final String ADMIN = "admin";

  public static final String STORE_PASSWORD = "hunter2-of-stores";
  public static final String KEY_PASSWORD = "hunter2-of-keys";

  /** The setting by which brokers insist on a client's certificate, or do not. */
  public static final String CLIENT_AUTH = "listener.name.plaintext.ssl.client.auth";

  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
          + " password=\"%s\";";

  private final Path keyStore;
  private final Path trustStore;
  private final Path clientKeyStore;
  private final Map<String, String> passwords;

  private SecuredListener(
      Path keyStore, Path trustStore, Path clientKeyStore, Map<String, String> passwords) {
    this.keyStore = keyStore;
    this.trustStore = trustStore;
    this.clientKeyStore = clientKeyStore;
    this.passwords = passwords;
  }

  /**
   * Makes the certificates.
   *
   * @param directory for them
   * @param users with their passwords; the administrator comes on top
   */
  public static SecuredListener create(Path directory, Map<String, String> users)
      throws IOException, InterruptedException {
    Map<String, String> passwords = new HashMap<>(users);
    passwords.put(ADMIN, "password-of-admin");
    Path keyStore =
        Certificates.keyStore(directory, "broker", "ip:127.0.0.1", STORE_PASSWORD, KEY_PASSWORD);
    Path clientKeyStore =
        Certificates.keyStore(directory, "client", "dns:client", STORE_PASSWORD, KEY_PASSWORD);
    Path trustStore = directory.resolve("trust.p12");
    Certificates.trust(trustStore, keyStore, "broker", STORE_PASSWORD);
    Certificates.trust(trustStore, clientKeyStore, "client", STORE_PASSWORD);
    return new SecuredListener(keyStore, trustStore, clientKeyStore, passwords);
  }

  /**
   * Settings of a broker whose listener for clients is named {@code PLAINTEXT} and the other {@code
   * CONTROLLER}.
   */
  public Map<String, String> brokerSettings() {
    return Map.ofEntries(
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        // A broker talks to its controllers without a name.
        Map.entry("super.users", "User:ANONYMOUS;User:" + ADMIN),
        Map.entry("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_SSL"),
        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
        Map.entry("listener.name.plaintext.scram-sha-512.sasl.jaas.config", login(ADMIN)),
        Map.entry("ssl.keystore.location", keyStore.toString()),
        Map.entry("ssl.keystore.password", STORE_PASSWORD),
        Map.entry("ssl.key.password", KEY_PASSWORD),
        Map.entry("ssl.truststore.location", trustStore.toString()),
        Map.entry("ssl.truststore.password", STORE_PASSWORD),
        // A listener with SASL does not care for the one without its name.
        Map.entry(CLIENT_AUTH, "requested"));
  }

  /** The users, as {@code kafka-storage.sh format --add-scram} takes them. */
  public List<String> scramUsers() {
    return passwords.entrySet().stream()
        .map(
            each -> "SCRAM-SHA-512=[name=%s,password=%s]".formatted(each.getKey(), each.getValue()))
        .toList();
  }

  /** Trusts the brokers' certificate. */
  public Path trustStore() {
    return trustStore;
  }

  /** A certificate of a client's own, which the brokers trust and do not insist on. */
  public Path clientKeyStore() {
    return clientKeyStore;
  }

  /** The properties that a user's client needs besides the address. */
  public Map<String, String> client(String user) {
    return client(user, String.valueOf(passwords.get(user)));
  }

  /** The same with any password. */
  public Map<String, String> client(String user, String password) {
    Map<String, String> properties = new HashMap<>(transport());
    properties.put("sasl.jaas.config", LOGIN.formatted(user, password));
    return properties;
  }

  /** The same without a login, which one gives in another way. */
  public Map<String, String> transport() {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "SCRAM-SHA-512",
        "ssl.truststore.location",
        trustStore.toString(),
        "ssl.truststore.password",
        STORE_PASSWORD);
  }

  /** A user's login, as {@code sasl.jaas.config} has it. */
  public String login(String user) {
    return LOGIN.formatted(user, passwords.get(user));
  }
}
