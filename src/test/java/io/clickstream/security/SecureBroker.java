package io.clickstream.security;

import static org.awaitility.Awaitility.await;

import io.clickstream.local.EmbeddedBroker;
import io.clickstream.local.SecuredListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/** One broker with a {@link SecuredListener}, in this JVM. */
final class SecureBroker implements AutoCloseable {

  private final EmbeddedBroker broker;
  private final SecuredListener listener;
  private final boolean insists;
  private final Admin admin;

  private SecureBroker(EmbeddedBroker broker, SecuredListener listener, boolean insists) {
    this.broker = broker;
    this.listener = listener;
    this.insists = insists;
    Map<String, Object> properties = new HashMap<>(client(SecuredListener.ADMIN));
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
    SecuredListener listener = SecuredListener.create(directory, users);
    return new SecureBroker(
        EmbeddedBroker.start(listener.brokerSettings(), listener.scramUsers()), listener, false);
  }

  /** The same of one that lets nobody in who has no certificate of his own. */
  static SecureBroker startInsisting(Path directory, Map<String, String> users)
      throws IOException, InterruptedException {
    SecuredListener listener = SecuredListener.create(directory, users);
    Map<String, String> settings = new HashMap<>(listener.brokerSettings());
    settings.put(SecuredListener.CLIENT_AUTH, "required");
    return new SecureBroker(EmbeddedBroker.start(settings, listener.scramUsers()), listener, true);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  int port() {
    return Integer.parseInt(bootstrapServers().substring(bootstrapServers().indexOf(':') + 1));
  }

  /** Trusts the broker's certificate. */
  Path trustStore() {
    return listener.trustStore();
  }

  /** A certificate of a client's own, which the broker trusts. */
  Path clientKeyStore() {
    return listener.clientKeyStore();
  }

  Admin admin() {
    return admin;
  }

  /** What a user's client needs besides the address. */
  Map<String, String> client(String user) {
    return insists ? withCertificate(listener.client(user)) : listener.client(user);
  }

  /** The same with a certificate of the client's own. */
  Map<String, String> withCertificate(Map<String, String> client) {
    Map<String, String> properties = new HashMap<>(client);
    properties.put("ssl.keystore.location", clientKeyStore().toString());
    properties.put("ssl.keystore.password", SecuredListener.STORE_PASSWORD);
    properties.put("ssl.key.password", SecuredListener.KEY_PASSWORD);
    return properties;
  }

  /** The same with any password. */
  Map<String, String> client(String user, String password) {
    return listener.client(user, password);
  }

  void createTopics(Collection<NewTopic> topics) throws Exception {
    admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
  }

  /** Gives a user, who may be new, a password; returns when the broker knows it. */
  void setPassword(String user, String password) throws Exception {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
        .all()
        .get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> isLetIn(user, password));
  }

  private boolean isLetIn(String user, String password) throws Exception {
    Map<String, Object> properties = new HashMap<>(client(user, password));
    properties.put("bootstrap.servers", bootstrapServers());
    try (Admin login = Admin.create(properties)) {
      login.describeCluster().clusterId().get(30, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SaslAuthenticationException) {
        return false;
      }
      throw e;
    }
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
