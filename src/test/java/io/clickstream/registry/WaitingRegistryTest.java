package io.clickstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WaitingRegistryTest {

  private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";

  private RegistryStub stub;
  private WaitingRegistry registry;

  @BeforeEach
  void start() throws Exception {
    stub = RegistryStub.start();
    registry = new WaitingRegistry(new SchemaRegistry(stub.url(), Map.of()));
  }

  @AfterEach
  void stop() {
    stub.close();
  }

  @Test
  void shouldNotWaitWhenTheIdIsUnknown() {
    assertThat(registry.schema(1)).isNull();
    assertThat(stub.asked()).hasSize(1);
  }

  @Test
  void shouldWaitUntilARegistryThatWasDownIsThere() throws Exception {
    stub.register(1, SCHEMA);
    stub.stop();
    CompletableFuture<RegisteredSchema> waiting =
        CompletableFuture.supplyAsync(() -> registry.schema(1));
    assertThat(waiting).isNotDone();

    stub.startAgain();

    assertThat(waiting.get(30, TimeUnit.SECONDS).text()).isEqualTo(SCHEMA);
  }

  @Test
  void shouldWaitUntilARegistryThatFailsHasRecovered() throws Exception {
    stub.register(1, SCHEMA);
    stub.fail(503, "");
    CompletableFuture<RegisteredSchema> waiting =
        CompletableFuture.supplyAsync(() -> registry.schema(1));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(stub.asked()).hasSizeGreaterThan(2));
    assertThat(waiting).isNotDone();

    stub.recover();

    assertThat(waiting.get(30, TimeUnit.SECONDS).text()).isEqualTo(SCHEMA);
  }

  @Test
  void shouldEndTheWaitWhenItIsInterrupted() {
    stub.fail(503, "");
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(WaitInterruptedException.class).isThrownBy(() -> registry.schema(1));
    assertThat(Thread.interrupted()).isTrue();
  }
}
