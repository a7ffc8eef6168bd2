package io.clickstream.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class PublishedSessionsTest {

  private final Findings findings = new Findings(10);
  private final PublishedSessions sessions =
      new PublishedSessions(new VisitorShare(0, 1), findings);

  @Test
  void shouldKeepLargestRevisionWhenAnEarlierOneComesAfterIt() {
    add(0, 1, 2, false);
    add(0, 2, 1, false);

    assertThat(revision()).isEqualTo(2);
    assertThat(findings.differences())
        .containsExactly("wrong: sessions 0/2: revision 1 of s follows 2");
  }

  @Test
  void shouldKeepLargestRevisionWhenItIsInAnotherPartition() {
    add(0, 1, 2, false);
    add(3, 7, 1, false);

    assertThat(revision()).isEqualTo(2);
    assertThat(findings.differences())
        .containsExactly("wrong: sessions 3/7: its visitor has sessions in partition 0, too");
  }

  @Test
  void shouldNotBringBackWhatWasDeletedInAnotherPartition() {
    add(3, 7, 2, true);
    add(4, 1, 1, false);

    assertThat(sessions.take(visitor())).isEmpty();
  }

  private static Visitor visitor() {
    return new Visitor(null, VisitorKind.DEVICE, "d");
  }

  private long revision() {
    List<JsonNode> present = sessions.take(visitor());
    assertThat(present).hasSize(1);
    return present.get(0).get("revision").asLong();
  }

  private void add(int partition, long offset, long revision, boolean deleted) {
    String value =
        "{\"session_id\":\"s\",\"revision\":%d,\"is_deleted\":%s,\"visitor_kind\":\"DEVICE\",\"visitor_id\":\"d\"}"
            .formatted(revision, deleted);
    sessions.add(
        new ConsumerRecord<>(
            "sessions", partition, offset, "s".getBytes(UTF_8), value.getBytes(UTF_8)));
  }
}
