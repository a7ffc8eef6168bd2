package io.clickstream.tools.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Flink's REST interface, as far as one needs it to run jobs ({@code
 * nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api}). Needs no class of Flink.
 */
public final class FlinkRestClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** Main runs within a request, and its preflight takes up to a minute. */
  private static final Duration ANSWER = Duration.ofMinutes(3);

  /** Of a job that failed after its savepoint, while it was stopping. */
  private static final Pattern CREATED =
      Pattern.compile("savepoint has been created at: (\\S+?),?(?:\\s|$)");

  /**
   * How Flink refuses a savepoint in whose way a task was that began, ended or failed just then:
   * the messages of its {@code CheckpointFailureReason}s of that kind, and what it says while no
   * task runs at all, and of a TaskManager whose end it has not noticed. The next one may well be
   * taken.
   */
  private static final List<String> IN_THE_WAY =
      List.of(
          "Not all required tasks are currently running",
          "Task local checkpoint failure",
          "Checkpoint was declined (tasks not ready)",
          "Checkpoint was declined (task is closing)",
          "Checkpoint Coordinator is suspending",
          "FailoverRegion is restarting",
          "Task has failed",
          "Checkpoint needs at least one vertex that commits the checkpoint",
          "because the recipient is unreachable");

  private static final String BOUNDARY = "clickstream-jar-7f2d1c";
  private static final Set<String> TERMINAL = Set.of("FINISHED", "CANCELED", "FAILED");

  /**
   * A program to run.
   *
   * @param entryClass null for that of the JAR's manifest
   * @param parallelism null for the default of job or cluster
   * @param savepoint from which state is restored, or null
   * @param configuration of Flink, above the cluster's and below the job's own settings
   */
  public record Program(
      @Nullable String entryClass,
      List<String> arguments,
      @Nullable Integer parallelism,
      @Nullable String savepoint,
      boolean allowNonRestoredState,
      Map<String, String> configuration) {

    public Program {
      arguments = List.copyOf(arguments);
      configuration = Map.copyOf(configuration);
    }

    /** With nothing else. */
    public static Program of(List<String> arguments) {
      return new Program(null, arguments, null, null, false, Map.of());
    }

    public Program at(int subtasks) {
      return new Program(
          entryClass, arguments, subtasks, savepoint, allowNonRestoredState, configuration);
    }

    public Program from(@Nullable String state) {
      return new Program(
          entryClass, arguments, parallelism, state, allowNonRestoredState, configuration);
    }
  }

  /** A job that the cluster knows. */
  public record Job(String id, String name, String state) {
    public boolean isOver() {
      return TERMINAL.contains(state);
    }
  }

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final URI address;
  private final @Nullable String token;

  /**
   * For the cluster at an address.
   *
   * @param address of the JobManager, or of what stands before it; a path is kept
   * @param token sent as {@code Authorization: Bearer …}, or null
   */
  public FlinkRestClient(URI address, @Nullable String token) {
    String text = address.toString();
    this.address = URI.create(text.endsWith("/") ? text : text + "/");
    this.token = token == null || token.isBlank() ? null : token.strip();
  }

  /** Asks for a path that begins with a slash. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).GET().build());
  }

  /** Sends a body to a path that begins with a slash. */
  public JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path.substring(1))).timeout(ANSWER);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /**
   * The answer to a request.
   *
   * @throws IOException if there is none; it has a message
   * @throws RestException if it is an error
   */
  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      response = client.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      // The client of the JDK does not say more of a connection that is refused.
      throw e.getMessage() == null ? new IOException(e.getClass().getSimpleName(), e) : e;
    }
    if (response.statusCode() / 100 != 2) {
      throw new RestException(
          request.method(), request.uri(), response.statusCode(), errors(response.body()));
    }
    return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
  }

  private static String errors(String body) {
    try {
      StringBuilder errors = new StringBuilder();
      JSON.readTree(body)
          .path("errors")
          .forEach(error -> errors.append(error.asText()).append('\n'));
      return errors.isEmpty() ? body : errors.toString();
    } catch (IOException e) {
      return body;
    }
  }

  /** Uploads a JAR and returns the id under which it can be run. */
  public String upload(Path jar) throws IOException, InterruptedException {
    if (!Files.isRegularFile(jar)) {
      throw new NoSuchFileException(jar.toString());
    }
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\nContent-Type: application/x-java-archive\r\n\r\n"
            .formatted(BOUNDARY, jar.getFileName().toString().replaceAll("[^A-Za-z0-9._-]", "_"));
    BodyPublisher body =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofFile(jar),
            BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
    String file =
        send(request("/jars/upload")
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(body)
                .build())
            .path("filename")
            .asText();
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** The ids of all JARs that can be run. */
  public List<String> jars() throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    get("/jars").path("files").forEach(file -> ids.add(file.path("id").asText()));
    return ids;
  }

  /**
   * Runs main up to where it would submit the job, and returns that job's name: with its settings
   * and its preflight, and without any trace.
   */
  public String plan(String jar, Program program) throws IOException, InterruptedException {
    ObjectNode body = body(program);
    return post("/jars/" + jar + "/plan", body).path("plan").path("name").asText();
  }

  /** Forgets a JAR. */
  public void delete(String jar) throws IOException, InterruptedException {
    JsonNode unused = send(request("/jars/" + jar).DELETE().build());
  }

  /** Runs a JAR and returns the id of the job. */
  public String run(String jar, Program program) throws IOException, InterruptedException {
    return run(jar, program, newJobId());
  }

  /** An id for a job: who knows it before can look for the job if the answer is lost. */
  public static String newJobId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** Runs a JAR as the job of this id, and returns that. */
  public String run(String jar, Program program, String id)
      throws IOException, InterruptedException {
    ObjectNode body = body(program);
    body.put("jobId", id);
    if (program.savepoint() != null) {
      body.put("savepointPath", program.savepoint());
    }
    body.put("allowNonRestoredState", program.allowNonRestoredState());
    return post("/jars/" + jar + "/run", body).path("jobid").asText();
  }

  private static ObjectNode body(Program program) {
    ObjectNode body = JSON.createObjectNode();
    if (program.entryClass() != null) {
      body.put("entryClass", program.entryClass());
    }
    if (program.parallelism() != null) {
      body.put("parallelism", program.parallelism());
    }
    program.arguments().forEach(body.putArray("programArgsList")::add);
    ObjectNode configuration = body.putObject("flinkConfiguration");
    program.configuration().forEach(configuration::put);
    return body;
  }

  /** All jobs that the cluster knows, also those that are over. */
  public List<Job> jobs() throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    get("/jobs/overview")
        .path("jobs")
        .forEach(
            job ->
                jobs.add(
                    new Job(
                        job.path("jid").asText(),
                        job.path("name").asText(),
                        job.path("state").asText())));
    return jobs;
  }

  /** One job. */
  public Job job(String id) throws IOException, InterruptedException {
    JsonNode job = get("/jobs/" + id);
    return new Job(id, job.path("name").asText(), job.path("state").asText());
  }

  /** Whether every task of a job runs. */
  public boolean isRunning(String id) throws IOException, InterruptedException {
    JsonNode job = get("/jobs/" + id);
    if (!job.path("state").asText().equals("RUNNING")) {
      return false;
    }
    for (JsonNode vertex : job.path("vertices")) {
      JsonNode tasks = vertex.path("tasks");
      int running = tasks.path("RUNNING").asInt() + tasks.path("FINISHED").asInt();
      if (running < vertex.path("parallelism").asInt()) {
        return false;
      }
    }
    return true;
  }

  /** The largest parallelism of an operator of the job. */
  public int parallelism(String id) throws IOException, InterruptedException {
    int largest = 0;
    for (JsonNode vertex : get("/jobs/" + id).path("vertices")) {
      largest = Math.max(largest, vertex.path("parallelism").asInt());
    }
    return largest;
  }

  /** The parameters that were given to a job as a whole; they are seen in the web UI. */
  public Map<String, String> parameters(String id) throws IOException, InterruptedException {
    Map<String, String> parameters = new java.util.TreeMap<>();
    get("/jobs/" + id + "/config")
        .path("execution-config")
        .path("user-config")
        .properties()
        .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asText()));
    return parameters;
  }

  /** How many checkpoints have completed since the JobManager knows the job. */
  public long completedCheckpoints(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id + "/checkpoints").path("counts").path("completed").asLong();
  }

  /** Why the job failed the last times, the newest first, with stack traces. */
  public List<String> failures(String id) throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    get("/jobs/" + id + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .forEach(entry -> failures.add(entry.path("stacktrace").asText()));
    return failures;
  }

  /** Ends a job at once, without a savepoint; returns before it has ended. */
  public void cancel(String id) throws IOException, InterruptedException {
    JsonNode unused = send(request("/jobs/" + id).method("PATCH", BodyPublishers.noBody()).build());
  }

  /**
   * Begins to stop a job with a savepoint; what it has open stays open in it.
   *
   * @param directory null for the cluster's {@code execution.checkpointing.savepoint-dir}
   * @return a request for {@link #savepoint}
   */
  public String beginStop(String id, @Nullable String directory)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("drain", false);
    if (directory != null) {
      body.put("targetDirectory", directory);
    }
    return post("/jobs/" + id + "/stop", body).path("request-id").asText();
  }

  /** Begins a savepoint of a job that goes on; see {@link #beginStop}. */
  public String beginSavepoint(String id, @Nullable String directory)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode().put("cancel-job", false);
    if (directory != null) {
      body.put("target-directory", directory);
    }
    return post("/jobs/" + id + "/savepoints", body).path("request-id").asText();
  }

  /**
   * Where the savepoint of a request lies, or null while it is not complete.
   *
   * @throws SavepointFailedException if it will not be
   */
  public @Nullable String savepoint(String id, String request)
      throws IOException, InterruptedException {
    JsonNode answer = get("/jobs/" + id + "/savepoints/" + request);
    if (!answer.path("status").path("id").asText().equals("COMPLETED")) {
      return null;
    }
    JsonNode operation = answer.path("operation");
    if (!operation.has("location")) {
      String trace = operation.path("failure-cause").path("stack-trace").asText();
      Matcher created = CREATED.matcher(trace);
      String message = ServerTrace.rootMessage(trace);
      if (created.find()) {
        throw new SavepointFailedException(
            message + "; there is a savepoint, at " + created.group(1), false);
      }
      throw new SavepointFailedException(message, IN_THE_WAY.stream().anyMatch(trace::contains));
    }
    return operation.path("location").asText();
  }

  /** A savepoint that was asked for will not be. */
  public static final class SavepointFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    SavepointFailedException(String message, boolean passing) {
      super(message);
      this.passing = passing;
    }

    /** Whether there is none because a task began, ended or failed at that moment. */
    public boolean isPassing() {
      return passing;
    }
  }

  /** The cluster has answered that it cannot. */
  public static final class RestException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    RestException(String method, URI uri, int status, String errors) {
      super("%s %s: status=%d %s".formatted(method, uri, status, ServerTrace.rootMessage(errors)));
      this.status = status;
    }

    public int status() {
      return status;
    }
  }
}
