package io.clickstream.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows how the job is doing: figures of the last five minutes as charts that move, and
 * the sessions that finished last. It needs nothing but this server, which only this machine
 * reaches.
 */
final class LivePage implements AutoCloseable {

  private static final int FIRST_PORT = 8085;
  private static final int LAST_PORT = 8184;
  private static final int POINTS = 300;
  private static final int SESSIONS = 12;

  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private final HttpServer server;
  private final byte[] page;
  private final URI flink;
  private final long gapSeconds;
  private final Deque<Point> points = new ArrayDeque<>();
  private final Deque<JsonNode> sessions = new ArrayDeque<>();
  private final @Nullable LiveGoals goals;
  private long pointsSeen;

  /**
   * The figures of a second.
   *
   * @param time epoch ms
   * @param events read a second
   * @param sessions finished a second
   * @param p50 latency in ms; null if no session has finished
   * @param late since the start
   * @param rejected since the start
   * @param open sessions
   * @param checkpoint how long the last one took, ms; null if there was none
   */
  record Point(
      long time,
      long events,
      long sessions,
      @Nullable Long p50,
      @Nullable Long p99,
      long late,
      long rejected,
      long open,
      @Nullable Long checkpoint) {}

  /**
   * The figures that the page asks for every second.
   *
   * @param goals null, and not in the answer, where the settings define none
   */
  record Figures(
      URI flink,
      long gapSeconds,
      long pointsSeen,
      List<Point> points,
      List<JsonNode> sessions,
      @JsonInclude(JsonInclude.Include.NON_NULL) LiveGoals.@Nullable Figures goals) {}

  private LivePage(HttpServer server, byte[] page, URI flink, long gapSeconds, List<String> goals) {
    this.goals = goals.isEmpty() ? null : new LiveGoals(goals);
    this.server = server;
    this.page = page;
    this.flink = flink;
    this.gapSeconds = gapSeconds;
  }

  /**
   * Starts on port 8085, or the next that is free.
   *
   * @param goals the names of those that the settings define
   */
  static LivePage start(URI flink, long gapSeconds, List<String> goals) throws IOException {
    byte[] html;
    try (InputStream in =
        Objects.requireNonNull(LivePage.class.getResourceAsStream("/local/live.html"))) {
      html = in.readAllBytes();
    }
    LivePage live = new LivePage(bind(), html, flink, gapSeconds, goals);
    live.server.createContext("/", live::answerPage);
    live.server.createContext("/figures", live::answerFigures);
    live.server.start();
    return live;
  }

  private static HttpServer bind() throws IOException {
    for (int port = FIRST_PORT; ; port++) {
      try {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      } catch (BindException e) {
        if (port == LAST_PORT) {
          throw e;
        }
      }
    }
  }

  URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /** A second has passed. */
  synchronized void add(Point point) {
    points.addLast(point);
    pointsSeen++;
    if (points.size() > POINTS) {
      points.removeFirst();
    }
  }

  /** A session has finished, was corrected, or was retracted. */
  synchronized void add(SessionRecord session) {
    if (goals != null) {
      goals.add(session, System.currentTimeMillis());
    }
    if (session.isDeleted()) {
      return;
    }
    sessions.addFirst(session.json());
    if (sessions.size() > SESSIONS) {
      sessions.removeLast();
    }
  }

  private synchronized Figures figures() {
    return new Figures(
        flink,
        gapSeconds,
        pointsSeen,
        List.copyOf(points),
        List.copyOf(sessions),
        goals == null ? null : goals.figures(System.currentTimeMillis()));
  }

  private void answerPage(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/")) {
      answer(exchange, 200, "text/html; charset=utf-8", page);
    } else {
      answer(exchange, 404, "text/plain", new byte[0]);
    }
  }

  private void answerFigures(HttpExchange exchange) throws IOException {
    answer(exchange, 200, "application/json", JSON.writeValueAsBytes(figures()));
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
