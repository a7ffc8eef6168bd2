package io.clickstream.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.clickstream.lab.BuildOutput;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What the API server would refuse, and what it would drop without a word: fields that no schema
 * knows.
 *
 * <p>Custom resources are held against the schema in their own definition, which comes with the
 * operators' artifacts. For the kinds of Kubernetes and of the Prometheus operator the models of
 * their Java client stand in, which were made of the schemas but know no enumerations and bounds.
 */
final class Schemas {

  /** Flink's 2.x versions came after the newest artifact; the rest of the schema is the same. */
  private static final List<String> LATER_FLINK_VERSIONS =
      List.of("v2_0", "v2_1", "v2_2", "v2_3", "v2_4");

  private static final Map<String, Class<?>> MODELS =
      Map.ofEntries(
          Map.entry("v1/ConfigMap", ConfigMap.class),
          Map.entry("v1/Namespace", Namespace.class),
          Map.entry("v1/Secret", Secret.class),
          Map.entry("v1/ServiceAccount", ServiceAccount.class),
          Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
          Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
          Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
          Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

  /** Where an object may hold what it wants. */
  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";

  private static final ObjectMapper MODEL_READER = modelReader();
  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private static @Nullable Schemas loaded;

  private final Map<String, JsonSchema> definitions = new TreeMap<>();

  private Schemas() {}

  /** All of them; they are read once. */
  static synchronized Schemas load() throws IOException, InterruptedException {
    Schemas schemas = loaded;
    if (schemas == null) {
      schemas = new Schemas();
      Path artifacts = BuildOutput.file("kubernetes");
      schemas.addFlink(artifacts.resolve("flink-operator-api.jar"));
      schemas.addStrimzi(artifacts);
      loaded = schemas;
    }
    return schemas;
  }

  /** Everything that is wrong with a manifest, with the place. */
  List<String> problems(Manifest manifest) {
    String type = manifest.at("/apiVersion").asText() + "/" + manifest.kind();
    JsonSchema definition = definitions.get(type);
    Class<?> model = MODELS.get(type);
    List<String> problems = new ArrayList<>();
    if (definition != null) {
      definition.validate(manifest.content()).stream()
          .filter(message -> !(manifest.patch() && isOfWholeObjectsOnly(message)))
          .forEach(message -> problems.add(manifest + ": " + message.getMessage()));
      problems.addAll(read(manifest, manifest.at("/metadata"), ObjectMeta.class));
    } else if (model != null) {
      problems.addAll(read(manifest, manifest.content(), model));
    } else {
      problems.add(manifest + ": there is no schema for " + type);
    }
    return problems;
  }

  /** A patch need not say everything, and takes something out by null. */
  private static boolean isOfWholeObjectsOnly(ValidationMessage message) {
    JsonNode place = message.getInstanceNode();
    return message.getType().equals("required") || (place != null && place.isNull());
  }

  private static List<String> read(Manifest manifest, JsonNode content, Class<?> model) {
    try {
      var unused = MODEL_READER.treeToValue(content, model);
      return List.of();
    } catch (JsonProcessingException e) {
      return List.of(manifest + ": " + e.getMessage());
    }
  }

  /** As strict as the API server: no field beside the known ones, no text for a number. */
  private static ObjectMapper modelReader() {
    ObjectMapper mapper =
        JsonMapper.builder()
            .annotationIntrospector(new KnownFieldsOnly())
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }

  /** The models keep what they do not know; here it is an error. */
  private static final class KnownFieldsOnly extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  // ---- definitions

  private void addFlink(Path artifact) throws IOException {
    try (JarFile jar = new JarFile(artifact.toFile())) {
      String entry = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml";
      try (InputStream content = jar.getInputStream(jar.getEntry(entry))) {
        ObjectNode definition = parse(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        ArrayNode versions =
            (ArrayNode)
                definition.at(
                    "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/flinkVersion/enum");
        LATER_FLINK_VERSIONS.forEach(versions::add);
        add(definition);
      }
    }
  }

  /** Strimzi publishes the classes and the program that makes definitions of them. */
  private void addStrimzi(Path artifacts) throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("strimzi");
    List<String> kinds =
        List.of("kafka.Kafka", "topic.KafkaTopic", "user.KafkaUser", "nodepool.KafkaNodePool");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                String.join(
                    File.pathSeparator,
                    artifacts.resolve("strimzi-api.jar").toString(),
                    // Newer than those in the generator, as the API's classes want them.
                    jarOf(ConfigMap.class),
                    jarOf(Group.class),
                    artifacts.resolve("strimzi-crd-generator.jar").toString()),
                "io.strimzi.crdgenerator.CrdGenerator",
                "--target-kube",
                "1.16+",
                "--crd-api-version",
                "v1",
                "--api-versions",
                "v1",
                "--storage-version",
                "v1",
                "--yaml"));
    kinds.forEach(
        kind -> command.add("io.strimzi.api.kafka.model." + kind + "=" + directory.resolve(kind)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("Strimzi's generator failed: " + output);
    }
    for (String kind : kinds) {
      add(parse(Files.readString(directory.resolve(kind))));
    }
  }

  private static String jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no file has " + type, e);
    }
  }

  private static ObjectNode parse(String yaml) {
    return new ObjectMapper()
        .valueToTree(
            new Load(LoadSettings.builder().setCodePointLimit(10_000_000).build())
                .loadFromString(yaml));
  }

  private void add(ObjectNode definition) {
    String group = definition.at("/spec/group").asText();
    String kind = definition.at("/spec/names/kind").asText();
    for (JsonNode version : definition.at("/spec/versions")) {
      ObjectNode schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
      ObjectNode properties = (ObjectNode) schema.get("properties");
      // Every object has them, whether its definition says so or not.
      Stream.of("apiVersion", "kind")
          .forEach(name -> properties.putObject(name).put("type", "string"));
      properties.putObject("metadata").put("type", "object").put(PRESERVE, true);
      closeAll(schema);
      definitions.put(
          group + "/" + version.get("name").asText() + "/" + kind, FACTORY.getSchema(schema));
    }
  }

  /** What is not listed is dropped by the API server; here it is an error. */
  private static void closeAll(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      if (object.path("properties").isObject()
          && !object.path(PRESERVE).asBoolean()
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
      // Kubernetes' own words, at each of which the validator would wonder.
      object.remove(
          object.properties().stream()
              .filter(each -> each.getValue().isValueNode() || each.getValue().isArray())
              .map(Map.Entry::getKey)
              .filter(key -> key.startsWith("x-kubernetes-"))
              .toList());
    }
    schema.forEach(Schemas::closeAll);
  }
}
