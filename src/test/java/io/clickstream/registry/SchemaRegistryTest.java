package io.clickstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.clickstream.local.Certificates;
import io.clickstream.registry.RegistryException.Kind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaRegistryTest {

  private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
  private static final String PASSWORD = "hunter2-of-stores";

  private RegistryStub stub;

  @BeforeEach
  void start() throws Exception {
    stub = RegistryStub.start();
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  private SchemaRegistry registry(Map<String, String> properties) {
    return new SchemaRegistry(stub.url(), properties);
  }

  private RegistryException failure(SchemaRegistry registry) {
    return catchThrowableOfType(RegistryException.class, () -> registry.schema(1));
  }

  @Test
  void shouldFindASchemaByItsId() throws Exception {
    stub.register(42, SCHEMA);

    assertThat(registry(Map.of()).schema(42))
        .isEqualTo(new RegisteredSchema(RegisteredSchema.AVRO, SCHEMA, List.of()));
    assertThat(stub.asked()).containsExactly("/schemas/ids/42");
  }

  @Test
  void shouldAskAtAnAddressWithAPath() throws Exception {
    stub.register(42, SCHEMA);

    new SchemaRegistry(stub.url() + "/apis/ccompat/v7/", Map.of()).schema(42);

    assertThat(stub.asked()).containsExactly("/apis/ccompat/v7/schemas/ids/42");
  }

  @Test
  void shouldSayOfWhichTypeASchemaIs() throws Exception {
    stub.register(1, "JSON", "{}");

    assertThat(registry(Map.of()).schema(1).type()).isEqualTo("JSON");
  }

  @Test
  void shouldFindReferencesOnceAndInOrder() throws Exception {
    stub.register(1, "AVRO", "main", "b/1", "a/2");
    stub.registerVersion("b", 1, "text of b", "a/2");
    stub.registerVersion("a", 2, "text of a");

    assertThat(registry(Map.of()).schema(1).references()).containsExactly("text of a", "text of b");
  }

  @Test
  void shouldEndWhenSchemasReferToEachOther() throws Exception {
    stub.register(1, "AVRO", "main", "a/1");
    stub.registerVersion("a", 1, "text of a", "b/1");
    stub.registerVersion("b", 1, "text of b", "a/1");

    assertThat(registry(Map.of()).schema(1).references()).containsExactly("text of b", "text of a");
  }

  @Test
  void shouldSayThatItDoesNotKnowAnId() throws Exception {
    assertThat(registry(Map.of()).schema(7)).isNull();
  }

  /** A proxy that has lost the registry says 404 as well. */
  @ParameterizedTest
  @CsvSource({
    "404, 'not found', UNEXPECTED_ANSWER",
    "404, '{\"message\":\"no route\"}', UNEXPECTED_ANSWER",
    "200, '<html/>', UNEXPECTED_ANSWER",
    "200, '[]', UNEXPECTED_ANSWER",
    "200, '{}', UNEXPECTED_ANSWER",
    "200, '', UNEXPECTED_ANSWER",
    "301, '', UNEXPECTED_ANSWER",
    "500, '{}', NO_ANSWER",
    "503, 'later', NO_ANSWER",
    "429, '', NO_ANSWER",
    "401, '', LOGIN_REFUSED",
    "403, '', LOGIN_REFUSED"
  })
  void shouldTellWhyThereIsNoAnswer(int status, String body, Kind expected) {
    stub.fail(status, body);

    assertThat(failure(registry(Map.of())).kind()).isEqualTo(expected);
  }

  @Test
  void shouldTellThatItCannotBeReached() {
    SchemaRegistry registry = registry(Map.of());
    stub.stop();

    assertThat(failure(registry))
        .hasMessage("the schema registry at %s cannot be reached", stub.url())
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.NO_ANSWER));
  }

  @Test
  void shouldAskTheNextAddressWhenOneDoesNotAnswer() throws Exception {
    stub.register(1, SCHEMA);
    RegistryStub down = RegistryStub.start();
    String url = down.url();
    down.close();

    assertThat(new SchemaRegistry(url + ", " + stub.url(), Map.of()).schema(1)).isNotNull();
  }

  @Test
  void shouldEndWhenItIsInterrupted() throws Exception {
    CountDownLatch isAsked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    stub.beforeAnswers(
        () -> {
          isAsked.countDown();
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Thread asking = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              try {
                isAsked.await();
                asking.interrupt();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    interrupting.start();

    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> registry(Map.of()).schema(1));
  }

  // ------------------------------------------------------------------------- login

  @ParameterizedTest
  @CsvSource({
    "basic.auth.user.info, me:hunter2, Basic bWU6aHVudGVyMg==",
    "bearer.auth.token, t0ken, Bearer t0ken"
  })
  void shouldLogIn(String name, String value, String expected) throws Exception {
    stub.register(1, SCHEMA);
    stub.wantLogin(expected);

    assertThat(registry(Map.of(name, value)).schema(1)).isNotNull();
    assertThat(failure(registry(Map.of())).kind()).isEqualTo(Kind.LOGIN_REFUSED);
    assertThat(failure(registry(Map.of(name, value + "x"))).getMessage()).doesNotContain(value);
  }

  @Test
  void shouldLogInAsTheAddressSaysAndNotShowIt() throws Exception {
    stub.register(1, SCHEMA);
    stub.wantLogin(
        "Basic "
            + Base64.getEncoder().encodeToString("me:hunter2".getBytes(StandardCharsets.UTF_8)));
    String url = stub.url().replace("://", "://me:hunter2@");

    assertThat(new SchemaRegistry(url, Map.of()).schema(1)).isNotNull();
    stub.fail(500, "");
    assertThat(failure(new SchemaRegistry(url, Map.of())).getMessage())
        .isEqualTo("the schema registry at %s cannot answer (HTTP 500)", stub.url());
  }

  // ------------------------------------------------------------------------- TLS

  @Test
  void shouldSpeakTlsWithWhomItTrusts(@TempDir Path directory) throws Exception {
    Path serverStore =
        Certificates.keyStore(directory, "registry", "ip:127.0.0.1", PASSWORD, PASSWORD);
    Path clientStore = Certificates.keyStore(directory, "client", "dns:client", PASSWORD, PASSWORD);
    Path trust = directory.resolve("trust.p12");
    Certificates.trust(trust, serverStore, "registry", PASSWORD);
    Certificates.trust(trust, clientStore, "client", PASSWORD);
    try (RegistryStub secure = RegistryStub.startWithTls(context(serverStore, trust), true)) {
      secure.register(1, SCHEMA);
      Map<String, String> trusting =
          Map.of(
              "ssl.truststore.location",
              trust.toString(),
              "ssl.truststore.password",
              PASSWORD,
              "ssl.truststore.type",
              "PKCS12");
      Map<String, String> known = new HashMap<>(trusting);
      known.put("ssl.keystore.location", clientStore.toString());
      known.put("ssl.keystore.password", PASSWORD);
      known.put("ssl.keystore.type", "JKS");
      known.put("ssl.key.password", PASSWORD);

      assertThat(new SchemaRegistry(secure.url(), known).schema(1)).isNotNull();
      assertThat(failure(new SchemaRegistry(secure.url(), Map.of())).kind()).isEqualTo(Kind.TLS);
      assertThatExceptionOfType(RegistryException.class)
          .isThrownBy(() -> new SchemaRegistry(secure.url(), trusting).schema(1));
      known.put("ssl.truststore.password", "wrong-" + PASSWORD);
      assertThat(failure(new SchemaRegistry(secure.url(), known)))
          .hasMessageStartingWith("ingest.schema-registry.properties.ssl.*: ")
          .message()
          .doesNotContain(PASSWORD);
    }
  }

  private static SSLContext context(Path keyStore, Path trustStore) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(load("JKS", keyStore), PASSWORD.toCharArray());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(load("PKCS12", trustStore));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore load(String type, Path file) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }
}
