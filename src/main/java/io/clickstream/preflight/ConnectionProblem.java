package io.clickstream.preflight;

import io.clickstream.config.KafkaSettings;
import io.clickstream.preflight.PreflightReport.Finding;
import io.clickstream.preflight.PreflightReport.Severity;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/**
 * Says why Kafka cannot be reached, in the words of those who can mend it: the problem, and the
 * setting by which it is corrected. No secret is in it.
 *
 * <p>Kafka's clients wrap the reason in their own words, and a client without TLS at a port with
 * TLS, or the other way round, only sees a connection that ends.
 */
public final class ConnectionProblem {

  private static final String PROPERTIES = "kafka.properties.";
  private static final String PROTOCOL = PROPERTIES + "security.protocol";
  private static final String JAAS = PROPERTIES + "sasl.jaas.config";

  /** By what a broker ends a handshake if it does not like the certificate of a client. */
  private static final Pattern OWN_CERTIFICATE =
      Pattern.compile(
          "alert: (bad_certificate|unsupported_certificate|certificate_\\w+|unknown_ca)");

  private final KafkaSettings kafka;

  private ConnectionProblem(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /**
   * The finding about a failure.
   *
   * @param failure of a client, or of making it
   * @param within how long was waited for an answer
   */
  static Finding of(KafkaSettings kafka, Throwable failure, Duration within) {
    return new ConnectionProblem(kafka).of(failure, within);
  }

  /**
   * The same as a sentence with its remedy, for tools.
   *
   * @param failure of a client, or of making it
   * @param within how long was waited for an answer
   */
  public static String text(KafkaSettings kafka, Throwable failure, Duration within) {
    Finding finding = of(kafka, failure, within);
    return "%s: %s\n  remedy: %s".formatted(finding.subject(), finding.message(), finding.remedy());
  }

  private Finding of(Throwable failure, Duration within) {
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (cause instanceof FileSystemException missing) {
        return file(missing);
      }
    }
    for (Throwable cause : causes) {
      if (cause instanceof SslAuthenticationException) {
        return handshake(causes);
      }
      if (cause instanceof AuthenticationException refused) {
        return refused(refused);
      }
    }
    if (causes.stream().anyMatch(ConnectionProblem::isTimeout)) {
      return unreachable(within);
    }
    for (Throwable cause : causes) {
      if (cause instanceof ApiException answer
          && (cause instanceof AuthorizationException
              || !(cause instanceof InvalidConfigurationException))) {
        return answered(answer);
      }
    }
    return unusable(causes);
  }

  /** From the outermost to the innermost. */
  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && !causes.contains(cause);
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  private static boolean isTimeout(Throwable cause) {
    return cause instanceof org.apache.kafka.common.errors.TimeoutException
        || cause instanceof java.util.concurrent.TimeoutException;
  }

  // ---- settings

  private Finding file(FileSystemException failure) {
    String file = String.valueOf(failure.getFile());
    String subject =
        kafka.properties().entrySet().stream()
            .filter(property -> property.getValue().equals(file))
            .map(property -> PROPERTIES + property.getKey())
            .findFirst()
            .orElse("kafka.properties");
    return finding(
        subject,
        failure instanceof NoSuchFileException
            ? "there is no file " + file
            : "%s cannot be read (%s)".formatted(file, failure.getClass().getSimpleName()),
        "put it there, or correct the path; the JobManager and every TaskManager need it");
  }

  private Finding unusable(List<Throwable> causes) {
    if (protocol().startsWith("SASL") && !kafka.properties().containsKey("sasl.jaas.config")) {
      return finding(
          JAAS,
          "it is not set, and with %s %s a client has to log in".formatted(PROTOCOL, protocol()),
          "set it, best by the variable CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG");
    }
    // The innermost of Kafka's says what it was about to do, the next one why that went wrong.
    int last = 0;
    for (int i = 0; i < causes.size(); i++) {
      if (causes.get(i) instanceof KafkaException) {
        last = i;
      }
    }
    String message = message(causes.get(last));
    if (last + 1 < causes.size()) {
      String reason = message(causes.get(last + 1));
      // The messages around it say no more than that a client was to be made.
      message = last == 0 ? reason : message + ": " + reason;
    }
    return finding(
        "kafka.properties",
        "Kafka's client cannot be made with them: " + message,
        "correct kafka.bootstrap-servers and kafka.properties.*");
  }

  // ---- TLS

  private Finding handshake(List<Throwable> causes) {
    Throwable root = causes.get(causes.size() - 1);
    String brokers = "brokers at " + kafka.bootstrapServers();
    if (root instanceof CertPathBuilderException || root instanceof CertPathValidatorException) {
      String store = kafka.properties().get("ssl.truststore.location");
      return finding(
          brokers,
          "their certificate is not trusted: "
              + message(root)
              + (store == null
                  ? "; there is no %sssl.truststore.location, so that only authorities known to the JVM are"
                      .formatted(PROPERTIES)
                  : "; the trust store is " + store),
          "keytool -importcert -file <certificate of their authority> -keystore %s, and name it with %sssl.truststore.location and .password"
              .formatted(store == null ? "truststore.p12" : store, PROPERTIES));
    }
    if (root instanceof CertificateExpiredException
        || root instanceof CertificateNotYetValidException) {
      return finding(
          brokers,
          "their certificate is not valid now: " + message(root),
          "give the brokers a new one, or set the clock of this machine");
    }
    if (root instanceof CertificateException) {
      return finding(
          brokers,
          "their certificate is that of another host: " + message(root),
          "name them in kafka.bootstrap-servers, and in advertised.listeners of the brokers, as the"
              + " certificate does; or give them one with this name as subject alternative name");
    }
    if (OWN_CERTIFICATE.matcher(message(root)).find()) {
      String store = kafka.properties().get("ssl.keystore.location");
      return finding(
          brokers,
          (store == null
                  ? "they want a certificate of the client's own, and there is no %sssl.keystore.location: "
                      .formatted(PROPERTIES)
                  : "they do not accept the client's own certificate, of the key store %s: "
                      .formatted(store))
              + message(root),
          store == null
              ? "set it, with .password and ssl.key.password, to a key store with a certificate that they trust"
              : "put a certificate into it that is valid now and of an authority in the brokers' ssl.truststore.location");
    }
    return finding(
        brokers,
        "the TLS handshake failed: " + message(root),
        "correct %sssl.*: .truststore.* is whom the job trusts, .keystore.* its own certificate, if they want one"
            .formatted(PROPERTIES));
  }

  // ---- SASL

  private Finding refused(AuthenticationException failure) {
    String brokers = "brokers at " + kafka.bootstrapServers();
    String mechanism = kafka.properties().getOrDefault("sasl.mechanism", "GSSAPI");
    if (failure instanceof UnsupportedSaslMechanismException) {
      return finding(
          brokers,
          "they do not offer %ssasl.mechanism %s: %s"
              .formatted(PROPERTIES, mechanism, message(failure)),
          "set it to one that they offer, with its login module in " + JAAS);
    }
    if (failure instanceof IllegalSaslStateException) {
      return finding(
          brokers,
          "they want no login at this port: " + message(failure),
          "set %s to %s, or take the port of another listener"
              .formatted(PROTOCOL, protocol().endsWith("SSL") ? "SSL" : "PLAINTEXT"));
    }
    String user = kafka.user();
    return finding(
        brokers,
        "they refuse %s: %s"
            .formatted(
                user == null ? "these credentials" : "user " + user + " with this password",
                message(failure)),
        "correct user and password in %s, best given as the variable CLICKSTREAM_KAFKA_PROPERTIES_SASL_JAAS_CONFIG"
                .formatted(JAAS)
            + (user != null && mechanism.startsWith("SCRAM")
                ? "; kafka-configs.sh --bootstrap-server %s --describe --entity-type users --entity-name %s tells whether there is such a user"
                    .formatted(kafka.bootstrapServers(), user)
                : ""));
  }

  private Finding answered(ApiException failure) {
    String user = kafka.user();
    return finding(
        "brokers at " + kafka.bootstrapServers(),
        "they refuse a request: " + message(failure),
        failure instanceof AuthorizationException
            ? "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:%s, for what the message names"
                .formatted(kafka.bootstrapServers(), user == null ? "<name>" : user)
            : "correct what the message says; the brokers' logs may have more");
  }

  // ---- no answer

  private Finding unreachable(Duration within) {
    String brokers = "brokers at " + kafka.bootstrapServers();
    String message = "none could be reached within " + Findings.text(within);
    boolean tls = protocol().endsWith("SSL");
    Boolean speaksTls = TlsProbe.speaksTls(kafka.bootstrapServers());
    if (speaksTls != null && speaksTls && !tls) {
      return finding(
          brokers,
          message + ": the port speaks TLS, and %s is %s".formatted(PROTOCOL, protocol()),
          "set it to %s, with %sssl.truststore.location"
              .formatted(
                  protocol().startsWith("SASL") ? "SASL_SSL" : "SSL or SASL_SSL", PROPERTIES));
    }
    if (speaksTls != null && !speaksTls && tls) {
      return finding(
          brokers,
          message + ": the port does not speak TLS, and %s is %s".formatted(PROTOCOL, protocol()),
          "set it to %s, or take the port of the listener with TLS"
              .formatted(protocol().startsWith("SASL") ? "SASL_PLAINTEXT" : "PLAINTEXT"));
    }
    return finding(
        brokers,
        message,
        "start Kafka, or correct kafka.bootstrap-servers; if it runs, check that"
            + " kafka.properties.security.protocol is the one of this port, and that what the"
            + " brokers have as advertised.listeners can be reached from here and from the"
            + " TaskManagers");
  }

  // ---- words

  private String protocol() {
    Map<String, String> properties = kafka.properties();
    return properties.getOrDefault("security.protocol", "PLAINTEXT").toUpperCase(Locale.ROOT);
  }

  private String message(Throwable failure) {
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : kafka.withoutSecrets(failure.getMessage());
  }

  private static Finding finding(String subject, String message, String remedy) {
    return new Finding(Severity.ERROR, subject, message, remedy);
  }
}
