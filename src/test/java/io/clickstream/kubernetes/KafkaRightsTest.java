package io.clickstream.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

/** The same rights, as they stand in the documentation. */
class KafkaRightsTest {

  private static final String COMMAND = "  acls \"$@\" ";
  private static final String JOB = "clickstream-job";
  private static final Map<String, ResourceType> TYPES =
      Map.of(
          "--topic", ResourceType.TOPIC,
          "--group", ResourceType.GROUP,
          "--transactional-id", ResourceType.TRANSACTIONAL_ID);

  @Test
  void shouldBeGrantedByTheCommandsOfTheDocumentation() throws IOException {
    List<AclBinding> granted = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/docs/security.md"))) {
      if (line.startsWith(COMMAND)) {
        granted.addAll(granted(List.of(line.substring(COMMAND.length()).split(" "))));
      }
    }
    assertThat(granted).containsExactlyInAnyOrderElementsOf(KafkaRights.of(JOB));
  }

  /** What {@code kafka-acls.sh --add} with these arguments grants. */
  private static List<AclBinding> granted(List<String> arguments) {
    PatternType pattern =
        arguments.contains("--resource-pattern-type") ? PatternType.PREFIXED : PatternType.LITERAL;
    List<AclOperation> operations = new ArrayList<>();
    List<ResourcePattern> resources = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.equals("--operation")) {
        operations.add(operation(arguments.get(i + 1)));
      } else if (argument.equals("--cluster")) {
        resources.add(new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", pattern));
      } else if (TYPES.containsKey(argument)) {
        resources.add(new ResourcePattern(TYPES.get(argument), arguments.get(i + 1), pattern));
      }
    }
    return resources.stream()
        .flatMap(
            resource ->
                operations.stream()
                    .map(
                        operation ->
                            new AclBinding(
                                resource,
                                new AccessControlEntry(
                                    "User:" + JOB, "*", operation, AclPermissionType.ALLOW))))
        .toList();
  }

  private static AclOperation operation(String name) {
    return AclOperation.fromString(
        name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
  }
}
