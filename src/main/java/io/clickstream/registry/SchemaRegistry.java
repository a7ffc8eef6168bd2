package io.clickstream.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.registry.RegistryException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a schema registry for schemas, over the REST API of Confluent's, which others offer as well
 * (Apicurio, Karapace, Redpanda). It only reads.
 *
 * <p>One instance is used by one thread at a time. It holds no connection between questions, which
 * are seldom: a subtask asks once for each schema.
 */
public final class SchemaRegistry implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** Bytes of an answer; no schema has as many. */
  private static final int MAX_ANSWER = 16 << 20;

  private static final int MAX_REFERENCES = 1_000;

  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  /** The codes that tell the registry's own answer from that of a proxy in front of it. */
  private static final String NOT_FOUND_CODES = "404";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<URI> addresses;
  private final Map<String, String> properties;

  /**
   * A registry.
   *
   * @param url its address, or several separated by commas, of which the first that answers is
   *     asked
   * @param properties login and TLS, by the names of {@code ingest.schema-registry.properties}
   */
  public SchemaRegistry(String url, Map<String, String> properties) {
    this.addresses =
        Arrays.stream(url.split(",", -1))
            .map(address -> URI.create(address.strip().replaceAll("/+$", "")))
            .toList();
    this.properties = Map.copyOf(properties);
  }

  /**
   * Asks once for the schema of an id.
   *
   * @return null if the registry does not know it
   * @throws RegistryException if there is no answer that can be used
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public @Nullable RegisteredSchema schema(int id) throws RegistryException, InterruptedException {
    HttpClient client = client();
    RegistryException first = null;
    for (URI address : addresses) {
      try {
        return schema(id, client, address);
      } catch (RegistryException e) {
        if (first == null) {
          first = e;
        }
      }
    }
    throw first == null ? new RegistryException(Kind.NO_ANSWER, "no address is given") : first;
  }

  private @Nullable RegisteredSchema schema(int id, HttpClient client, URI address)
      throws RegistryException, InterruptedException {
    JsonNode answer = ask(client, address, "/schemas/ids/" + id);
    if (answer == null) {
      return null;
    }
    List<String> references = new ArrayList<>();
    addReferences(answer, client, address, references, new LinkedHashSet<>());
    return new RegisteredSchema(
        answer.path("schemaType").asText(RegisteredSchema.AVRO), text(answer, address), references);
  }

  private void addReferences(
      JsonNode schema, HttpClient client, URI address, List<String> found, Set<String> asked)
      throws RegistryException, InterruptedException {
    for (JsonNode reference : schema.path("references")) {
      String path =
          "/subjects/%s/versions/%s"
              .formatted(
                  encoded(reference.path("subject").asText()),
                  encoded(reference.path("version").asText()));
      if (!asked.add(path)) {
        continue;
      }
      if (asked.size() > MAX_REFERENCES) {
        throw unexpected(address, "a schema with more than " + MAX_REFERENCES + " references");
      }
      JsonNode referenced = ask(client, address, path);
      if (referenced == null) {
        throw unexpected(address, "a schema that refers to one that it does not know");
      }
      addReferences(referenced, client, address, found, asked);
      found.add(text(referenced, address));
    }
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String text(JsonNode answer, URI address) throws RegistryException {
    JsonNode schema = answer.path("schema");
    if (!schema.isTextual()) {
      throw unexpected(address, "no schema in the answer");
    }
    return schema.asText();
  }

  /** The answer, or null if the registry says that it does not know this. */
  private @Nullable JsonNode ask(HttpClient client, URI address, String path)
      throws RegistryException, InterruptedException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    int status = send(client, address, path, received);
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      throw new RegistryException(
          Kind.LOGIN_REFUSED,
          "the schema registry at %s refuses the login (HTTP %d)"
              .formatted(shown(address), status));
    }
    if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS) {
      throw new RegistryException(
          Kind.NO_ANSWER,
          "the schema registry at %s cannot answer (HTTP %d)".formatted(shown(address), status));
    }
    if (received.size() > MAX_ANSWER) {
      throw unexpected(address, "an answer of more than %d bytes".formatted(MAX_ANSWER));
    }
    JsonNode answer = read(received.toByteArray());
    if (status == NOT_FOUND
        && answer != null
        && answer.path("error_code").asText().startsWith(NOT_FOUND_CODES)) {
      return null;
    }
    if (status != OK || answer == null || !answer.isObject()) {
      throw unexpected(address, "HTTP %d and no answer of a schema registry".formatted(status));
    }
    return answer;
  }

  /** Returns the status; the time limit is one for all of the answer. */
  private int send(HttpClient client, URI address, String path, ByteArrayOutputStream received)
      throws RegistryException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(
            request(address, path),
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                part -> part.ifPresent(bytes -> addIfShort(bytes, received))));
    try {
      return answer.get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (ExecutionException e) {
      throw failure(address, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw failure(address, e);
    } finally {
      answer.cancel(true);
    }
  }

  private static void addIfShort(byte[] part, ByteArrayOutputStream received) {
    if (received.size() <= MAX_ANSWER) {
      received.writeBytes(part);
    }
  }

  private static @Nullable JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private HttpRequest request(URI address, String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(withoutUserInfo(address) + path))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    String authorization = RegistryLogin.authorization(address, properties);
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return request.GET().build();
  }

  private HttpClient client() throws RegistryException {
    // Not to another address: the login would go there too.
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT);
    try {
      SSLContext tls = RegistryLogin.tls(properties);
      if (tls != null) {
        client.sslContext(tls);
      }
    } catch (IllegalArgumentException e) {
      throw new RegistryException(Kind.TLS, String.valueOf(e.getMessage()), e);
    }
    return client.build();
  }

  private RegistryException failure(URI address, Throwable e) {
    String where = "the schema registry at " + shown(address);
    if (e instanceof HttpTimeoutException || e instanceof TimeoutException) {
      return new RegistryException(
          Kind.NO_ANSWER,
          "%s does not answer within %d s".formatted(where, ANSWER_TIMEOUT.toSeconds()),
          e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return new RegistryException(
            Kind.TLS, "TLS with %s failed: %s".formatted(where, clean(cause)), e);
      }
    }
    return new RegistryException(
        Kind.NO_ANSWER,
        e instanceof ConnectException
            ? where + " cannot be reached"
            : "%s breaks off: %s".formatted(where, clean(e)),
        e);
  }

  private String clean(Throwable failure) {
    return RegistryLogin.withoutSecrets(
        failure.getMessage() == null
            ? failure.getClass().getSimpleName()
            : failure.getMessage().lines().findFirst().orElse(""),
        properties);
  }

  private static RegistryException unexpected(URI address, String what) {
    return new RegistryException(
        Kind.UNEXPECTED_ANSWER,
        "expected a schema registry at %s, found %s".formatted(shown(address), what));
  }

  private static String shown(URI address) {
    return withoutUserInfo(address);
  }

  private static String withoutUserInfo(URI address) {
    return address.toString().replaceFirst("://[^/?#]*@", "://");
  }
}
