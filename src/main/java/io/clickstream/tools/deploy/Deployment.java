package io.clickstream.tools.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstream.config.load.Invocation;
import io.clickstream.tools.deploy.FlinkRestClient.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a job was submitted, kept in the job's own parameters: so that anybody who comes later, from
 * another machine, can submit the same again.
 *
 * @param jar the id of the uploaded JAR
 * @param parallelism null for the default
 */
record Deployment(
    String jar, String entryClass, List<String> arguments, @Nullable Integer parallelism) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The sessionizer. */
  static final String JOB_CLASS = "io.clickstream.ClickstreamJob";

  /** It writes the sessions into ClickHouse. */
  static final String LOADER_CLASS = "io.clickstream.SessionsToClickHouseJob";

  private static final String PARAMETERS = "pipeline.global-job-parameters";
  private static final String JAR = "clickstream.submit.jar";
  private static final String CLASS = "clickstream.submit.class";
  private static final String ARGUMENTS = "clickstream.submit.arguments";
  private static final String PARALLELISM = "clickstream.submit.parallelism";

  Deployment {
    arguments = List.copyOf(arguments);
  }

  /** The deployment of a job; empty if another tool submitted it. */
  static Optional<Deployment> of(Map<String, String> parameters) {
    String jar = parameters.get(JAR);
    String entryClass = parameters.get(CLASS);
    String arguments = parameters.get(ARGUMENTS);
    String parallelism = parameters.get(PARALLELISM);
    if (jar == null || entryClass == null || arguments == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Deployment(
              jar,
              entryClass,
              JSON.readValue(arguments, new TypeReference<List<String>>() {}),
              parallelism == null ? null : Integer.valueOf(parallelism)));
    } catch (JsonProcessingException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  Deployment withJar(String id) {
    return new Deployment(id, entryClass, arguments, parallelism);
  }

  /** To see whether it would run, while the job that it may replace still does. */
  Program plan() {
    List<String> all = new ArrayList<>(arguments);
    all.add(Invocation.REPLACES_RUNNING);
    return new Program(entryClass, all, parallelism, null, false, Map.of());
  }

  /** The program to send to the cluster, with this record in its parameters. */
  Program program(@Nullable String savepoint, boolean allowNonRestoredState) {
    return new Program(
        entryClass,
        arguments,
        parallelism,
        savepoint,
        allowNonRestoredState,
        Map.of(PARAMETERS, text(parameters())));
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put(JAR, jar);
    parameters.put(CLASS, entryClass);
    parameters.put(ARGUMENTS, text(arguments));
    if (parallelism != null) {
      parameters.put(PARALLELISM, parallelism.toString());
    }
    return parameters;
  }

  /** Flink reads maps as YAML, of which JSON is a part. */
  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts cannot be written as JSON", e);
    }
  }
}
