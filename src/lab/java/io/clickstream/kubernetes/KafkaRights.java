package io.clickstream.kubernetes;

import static io.clickstream.kubernetes.Manifest.each;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights of {@code kafka-users.yaml}, which are the least that each user needs. */
public final class KafkaRights {

  static final Path USERS = Manifest.DIRECTORY.resolve("base/kafka-users.yaml");

  private KafkaRights() {}

  /** Those of a user, as Strimzi would set them. */
  public static List<AclBinding> of(String user) throws IOException {
    List<AclBinding> rights = new ArrayList<>();
    for (Manifest each : Manifest.read(USERS, false)) {
      if (each.name().equals(user)) {
        for (JsonNode acl : each.at("/spec/authorization/acls")) {
          add(user, acl, rights);
        }
      }
    }
    return rights;
  }

  private static void add(String user, JsonNode acl, List<AclBinding> rights) {
    JsonNode resource = acl.get("resource");
    ResourceType type =
        switch (resource.get("type").asText()) {
          case "topic" -> ResourceType.TOPIC;
          case "group" -> ResourceType.GROUP;
          case "cluster" -> ResourceType.CLUSTER;
          default -> ResourceType.TRANSACTIONAL_ID;
        };
    ResourcePattern pattern =
        new ResourcePattern(
            type,
            type == ResourceType.CLUSTER ? "kafka-cluster" : resource.get("name").asText(),
            resource.path("patternType").asText().equals("prefix")
                ? PatternType.PREFIXED
                : PatternType.LITERAL);
    each(acl.get("operations"))
        .map(
            operation ->
                AclOperation.fromString(
                    operation
                        .asText()
                        .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                        .toUpperCase(Locale.ROOT)))
        .map(
            operation ->
                new AclBinding(
                    pattern,
                    new AccessControlEntry(
                        "User:" + user, "*", operation, AclPermissionType.ALLOW)))
        .forEach(rights::add);
  }
}
