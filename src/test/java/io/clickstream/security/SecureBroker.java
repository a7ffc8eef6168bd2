package io.clickstream.security;

import static org.awaitility.Awaitility.await;

import io.clickstream.local.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker as one has it in production: its one listener speaks TLS and wants user and password by
 * SCRAM, and who is let in may do nothing that is not granted.
 *
 * <p>Its certificate is for the address 127.0.0.1 and for no name.
 */
final class SecureBroker implements AutoCloseable {

  static final String ADMIN = "admin";

  static final String STORE_PASSWORD = "hunter2-of-stores";
  static final String KEY_PASSWORD = "hunter2-of-keys";

  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\""
          + " password=\"%s\";";

  private final EmbeddedBroker broker;
  private final Path trustStore;
  private final Path clientKeyStore;
  private final Map<String, String> passwords;
  private final Admin admin;

  private SecureBroker(
      EmbeddedBroker broker, Path trustStore, Path clientKeyStore, Map<String, String> passwords) {
    this.broker = broker;
    this.trustStore = trustStore;
    this.clientKeyStore = clientKeyStore;
    this.passwords = passwords;
    Map<String, Object> properties = new HashMap<>(client(ADMIN));
    properties.put("bootstrap.servers", broker.bootstrapServers());
    this.admin = Admin.create(properties);
  }

  /**
   * Starts it.
   *
   * @param directory for its certificates
   * @param users with their passwords; the administrator comes on top
   */
  static SecureBroker start(Path directory, Map<String, String> users)
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
    List<String> scram = new ArrayList<>();
    passwords.forEach(
        (user, password) ->
            scram.add("SCRAM-SHA-512=[name=%s,password=%s]".formatted(user, password)));
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Map.ofEntries(
                Map.entry(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                // The broker itself talks to its controller without a name.
                Map.entry("super.users", "User:ANONYMOUS;User:" + ADMIN),
                Map.entry(
                    "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_SSL"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
                Map.entry(
                    "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
                    LOGIN.formatted(ADMIN, passwords.get(ADMIN))),
                Map.entry("ssl.keystore.location", keyStore.toString()),
                Map.entry("ssl.keystore.password", STORE_PASSWORD),
                Map.entry("ssl.key.password", KEY_PASSWORD),
                Map.entry("ssl.truststore.location", trustStore.toString()),
                Map.entry("ssl.truststore.password", STORE_PASSWORD),
                Map.entry("ssl.client.auth", "requested"),
                Map.entry("transaction.max.timeout.ms", "900000")),
            scram);
    return new SecureBroker(broker, trustStore, clientKeyStore, passwords);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  int port() {
    return Integer.parseInt(bootstrapServers().substring(bootstrapServers().indexOf(':') + 1));
  }

  /** Trusts the broker's certificate. */
  Path trustStore() {
    return trustStore;
  }

  /** A certificate of a client's own, which the broker trusts and does not insist on. */
  Path clientKeyStore() {
    return clientKeyStore;
  }

  Admin admin() {
    return admin;
  }

  /** What a user's client needs besides the address. */
  Map<String, String> client(String user) {
    return client(user, String.valueOf(passwords.get(user)));
  }

  /** The same with any password. */
  Map<String, String> client(String user, String password) {
    Map<String, String> properties = new HashMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put("sasl.jaas.config", LOGIN.formatted(user, password));
    properties.put("ssl.truststore.location", trustStore.toString());
    properties.put("ssl.truststore.password", STORE_PASSWORD);
    return properties;
  }

  void createTopics(Collection<NewTopic> topics) throws Exception {
    admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
  }

  /** Returns when the broker knows the rights. */
  void grant(Collection<AclBinding> rights) throws Exception {
    admin.createAcls(rights).all().get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> rights().containsAll(rights));
  }

  /** Returns when the broker does not know the right any more. */
  void take(AclBinding right) throws Exception {
    admin.deleteAcls(List.of(right.toFilter())).all().get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> !rights().contains(right));
  }

  private Collection<AclBinding> rights() throws Exception {
    return admin.describeAcls(AclBindingFilter.ANY).values().get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
    broker.close();
  }
}
