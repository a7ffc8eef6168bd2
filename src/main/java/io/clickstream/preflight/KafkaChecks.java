package io.clickstream.preflight;

import io.clickstream.config.KafkaSettings;
import io.clickstream.kafka.KafkaAnswers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.InterruptException;

/**
 * All checks of Kafka, on one connection. If no broker can be reached, this is the one finding:
 * nothing else can be said then.
 */
final class KafkaChecks implements Check {

  private final KafkaSettings kafka;
  private final Duration timeout;
  private final List<KafkaCheck> checks;

  /**
   * In this order.
   *
   * @param timeout for connecting, and again for all the questions together
   */
  KafkaChecks(KafkaSettings kafka, Duration timeout, List<KafkaCheck> checks) {
    this.kafka = kafka;
    this.timeout = timeout;
    this.checks = List.copyOf(checks);
  }

  @Override
  public String name() {
    return "brokers at " + kafka.bootstrapServers();
  }

  @Override
  public void run(Findings findings) {
    try (Admin admin = Admin.create(adminProperties())) {
      Collection<Node> nodes =
          KafkaAnswers.within(timeout.plusSeconds(1)).get(admin.describeCluster().nodes());
      run(new Brokers(kafka, admin, nodes, timeout), findings);
    } catch (InterruptException e) {
      throw new PreflightException("Preflight: interrupted while waiting for Kafka");
    } catch (KafkaException e) {
      findings.add(ConnectionProblem.of(kafka, e, timeout));
    }
  }

  private void run(Brokers brokers, Findings findings) {
    List<Consumer<Findings>> asked = checks.stream().map(check -> check.ask(brokers)).toList();
    for (int i = 0; i < asked.size(); i++) {
      try {
        asked.get(i).accept(findings);
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        findings.warning(
            name(),
            "%s could not be looked at: %s".formatted(checks.get(i).name(), brokers.reason(e)),
            "see the brokers' logs, or look at it by hand");
      }
    }
  }

  private Properties adminProperties() {
    Properties properties = kafka.clientProperties();
    String millis = Long.toString(timeout.toMillis());
    properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.setProperty(AdminClientConfig.CLIENT_ID_CONFIG, "clickstream-preflight");
    return properties;
  }
}
