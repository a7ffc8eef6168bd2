package io.clickstream.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The REST API of a schema registry on a port of this machine. */
public final class RegistryStub implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String scheme;
  private HttpServer server;
  private volatile @Nullable String login;
  private volatile int status = 200;
  private volatile @Nullable String body;
  private volatile @Nullable Runnable beforeAnswer;

  private RegistryStub(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
  }

  /** A registry without login. */
  public static RegistryStub start() throws IOException {
    RegistryStub stub = new RegistryStub(HttpServer.create(loopback(0), 0), "http");
    stub.serve();
    return stub;
  }

  /** A registry with TLS. */
  static RegistryStub startWithTls(SSLContext tls, boolean wantsCertificate) throws IOException {
    HttpsServer server = HttpsServer.create(loopback(0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters params) {
            SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
            parameters.setNeedClientAuth(wantsCertificate);
            params.setSSLParameters(parameters);
          }
        });
    RegistryStub stub = new RegistryStub(server, "https");
    stub.serve();
    return stub;
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private void serve() {
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    asked.add(path);
    Runnable before = beforeAnswer;
    if (before != null) {
      before.run();
    }
    int code = status;
    String text = body;
    if (login != null && !login.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      code = 401;
      text = "{\"error_code\":401,\"message\":\"Unauthorized\"}";
    } else if (text == null) {
      text = answers.get(path);
      if (text == null) {
        code = 404;
        text = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
      }
    }
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
    exchange.close();
  }

  /** Its address. */
  public String url() {
    return scheme + "://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Registers a schema. */
  public void register(int id, String schema) {
    answers.put("/schemas/ids/" + id, JSON.createObjectNode().put("schema", schema).toString());
  }

  /** Registers a schema of a type, with references of the form {@code subject/version}. */
  void register(int id, String type, String schema, String... references) {
    answers.put(
        "/schemas/ids/" + id,
        withReferences(schema, references).put("schemaType", type).toString());
  }

  /** Registers a schema that others may refer to. */
  void registerVersion(String subject, int version, String schema, String... references) {
    answers.put(
        "/subjects/%s/versions/%d".formatted(subject, version),
        withReferences(schema, references).toString());
  }

  private static ObjectNode withReferences(String schema, String... references) {
    ObjectNode answer = JSON.createObjectNode().put("schema", schema);
    ArrayNode all = answer.putArray("references");
    for (String reference : references) {
      String[] parts = reference.split("/");
      all.addObject()
          .put("name", parts[0])
          .put("subject", parts[0])
          .put("version", Integer.parseInt(parts[1]));
    }
    return answer;
  }

  /** Answers everything so, until {@link #recover}. */
  public void fail(int withStatus, String withBody) {
    status = withStatus;
    body = withBody;
  }

  /** Answers as a registry does again. */
  public void recover() {
    status = 200;
    body = null;
    beforeAnswer = null;
  }

  /** Runs something in front of every answer. */
  void beforeAnswers(Runnable action) {
    beforeAnswer = action;
  }

  /** Wants this header {@code Authorization} from now on. */
  void wantLogin(String authorization) {
    login = authorization;
  }

  /** The paths that were asked for. */
  public List<String> asked() {
    return asked;
  }

  /** Goes down; the port is free then. */
  public void stop() {
    server.stop(0);
  }

  /** Comes back at the same address; only without TLS. */
  public void startAgain() throws IOException {
    server = HttpServer.create(loopback(server.getAddress().getPort()), 0);
    serve();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
