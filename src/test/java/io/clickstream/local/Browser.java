package io.clickstream.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A page in a real browser without a screen, over Chromium's DevTools protocol. It reaches this
 * machine and no other.
 */
final class Browser implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/\\s]+)");

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;

  private Browser(Process process, String address) throws IOException, InterruptedException {
    this.process = process;
    JsonNode page =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create("http://" + address + "/json/new"))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                    BodyHandlers.ofString())
                .body());
    this.socket =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create(page.get("webSocketDebuggerUrl").asText()),
                new WebSocket.Listener() {
                  @Override
                  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean end) {
                    take(data, end);
                    from.request(1);
                    return CompletableFuture.completedFuture(null);
                  }
                })
            .join();
  }

  /** Starts a browser and opens a page. Without one the test is skipped, or fails in CI. */
  static Browser open(Path directory, URI uri) throws Exception {
    Files.createDirectories(directory);
    Path log = directory.resolve("chromium.log");
    Process process =
        Program.require("chromium", "chromium")
            .start(
                log,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-sync",
                "--no-first-run",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                "--window-size=1280,1000",
                "--user-data-dir=" + directory.resolve("profile"),
                "about:blank");
    try {
      String[] address = new String[1];
      Awaitility.await("the browser")
          .atMost(PATIENCE)
          .until(
              () -> {
                Matcher listening = LISTENING.matcher(Files.readString(log));
                boolean found = listening.find();
                address[0] = found ? listening.group(1) : "";
                return found;
              });
      Browser browser = new Browser(process, address[0]);
      browser.send("Runtime.enable", JSON.createObjectNode());
      browser.send("Log.enable", JSON.createObjectNode());
      browser.send("Page.enable", JSON.createObjectNode());
      browser.send("Page.navigate", JSON.createObjectNode().put("url", uri.toString()));
      return browser;
    } catch (Exception e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void take(CharSequence data, boolean end) {
    message.append(data);
    if (!end) {
      return;
    }
    try {
      JsonNode json = JSON.readTree(message.toString());
      message.setLength(0);
      String method = json.path("method").asText();
      boolean isError =
          method.equals("Runtime.exceptionThrown")
              || (method.equals("Runtime.consoleAPICalled")
                  && json.at("/params/type").asText().equals("error"))
              || (method.equals("Log.entryAdded")
                  && json.at("/params/entry/level").asText().equals("error"));
      if (isError) {
        errors.add(json.get("params").toString());
      }
      CompletableFuture<JsonNode> waiting = answers.remove(json.path("id").asInt());
      if (waiting != null) {
        waiting.complete(json);
      }
    } catch (IOException e) {
      errors.add(e.toString());
    }
  }

  private JsonNode send(String method, ObjectNode parameters) throws Exception {
    int id = commands.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", parameters);
    socket.sendText(command.toString(), true).join();
    JsonNode result = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (result.has("error")) {
      throw new IOException(method + ": " + result.get("error"));
    }
    return result.get("result");
  }

  /** The value of an expression in the page. */
  JsonNode evaluate(String expression) throws Exception {
    JsonNode result =
        send(
            "Runtime.evaluate",
            JSON.createObjectNode().put("expression", expression).put("returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IOException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** What the page has complained about. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** A picture of the page as it is now, PNG. */
  byte[] screenshot() throws Exception {
    return Base64.getDecoder()
        .decode(send("Page.captureScreenshot", JSON.createObjectNode()).get("data").asText());
  }

  @Override
  public void close() {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }
}
