package io.clickstream.ingest.avro;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Entry;
import io.clickstream.columns.FieldPath.First;
import io.clickstream.columns.FieldPath.Name;
import io.clickstream.columns.FieldPath.Step;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Any record of any schema is read as a walk through Avro's own objects finds it. */
class RandomRecordsTest {

  private static boolean meansNothing(String text) {
    return text.isBlank() || text.equals("null");
  }

  private static ReadingPlan plan(Schema schema, List<FieldPath> paths) {
    return ReadingPlan.of(
        schema,
        new ReadingPlan.Wanted(
            PathTree.of(paths, null),
            paths.size(),
            new int[0],
            3,
            RandomRecordsTest::meansNothing));
  }

  @Property(tries = 3_000)
  void shouldFindWhatIsThere(@ForAll long seed) throws Exception {
    // Given
    Random random = new Random(seed);
    RandomAvro avro = new RandomAvro(random);
    Schema schema = avro.schema();
    List<FieldPath> paths = new ArrayList<>();
    for (int i = random.nextInt(8); i >= 0; i--) {
      paths.add(new FieldPath(false, path(schema, random)));
    }
    ReadingPlan plan = plan(schema, paths);
    ReadingPlan ofNothing = plan(schema, List.of());
    for (int i = 0; i < 5; i++) {
      Object record = avro.value(schema, 0);
      byte[] bytes = avro.encoded(schema, record);

      // When
      AvroCursor found = plan.read(bytes, 0);

      // Then
      ofNothing.read(bytes, 0);
      for (int slot = 0; slot < paths.size(); slot++) {
        assertThat(ReadingPlanTest.written(found, slot))
            .as("%s in %s of %s", paths.get(slot), record, schema)
            .isEqualTo(
                expected(
                    schema,
                    record,
                    paths.get(slot).steps(),
                    paths.stream().map(FieldPath::steps).toList()));
      }
    }
  }

  /** A path that mostly leads somewhere. */
  private static List<Step> path(Schema schema, Random random) {
    List<Step> steps = new ArrayList<>();
    Schema at = schema;
    while (at != null && random.nextInt(6) > 0) {
      switch (at.getType()) {
        case RECORD -> {
          Schema.Field field = at.getFields().get(random.nextInt(at.getFields().size()));
          steps.add(new Name(field.name()));
          at = field.schema();
        }
        case UNION -> at = at.getTypes().get(random.nextInt(at.getTypes().size()));
        case MAP -> {
          steps.add(new Name("k" + random.nextInt(4)));
          at = at.getValueType();
        }
        case ARRAY -> {
          steps.add(
              random.nextInt(3) == 0
                  ? new First()
                  : new Entry(
                      "f" + random.nextInt(3),
                      List.of("x", "k0", "A", "0", "null").get(random.nextInt(5))));
          at = at.getElementType();
        }
        default -> {
          steps.add(new Name("f0"));
          at = null;
        }
      }
    }
    return steps;
  }

  /** All are the paths that lead here, from here on. */
  private static String expected(
      Schema schema, @Nullable Object value, List<Step> steps, List<List<Step>> all) {
    Schema type = schema;
    if (type.getType() == Schema.Type.UNION) {
      type = type.getTypes().get(GenericData.get().resolveUnion(type, value));
    }
    if (value == null) {
      return "ABSENT";
    }
    if (steps.isEmpty()) {
      return written(type, value);
    }
    Step step = steps.get(0);
    List<Step> rest = steps.subList(1, steps.size());
    List<List<Step>> allRests =
        all.stream()
            .filter(other -> !other.isEmpty() && other.get(0).equals(step))
            .map(other -> other.subList(1, other.size()))
            .toList();
    boolean isWanted = all.stream().anyMatch(List::isEmpty);
    String nowhere = isWanted ? "ABSENT" : "UNREACHABLE";
    switch (type.getType()) {
      case RECORD -> {
        Schema.Field field = step instanceof Name name ? type.getField(name.name()) : null;
        if (field != null) {
          return expected(field.schema(), ((IndexedRecord) value).get(field.pos()), rest, allRests);
        }
        return leads(all, Name.class) ? "ABSENT" : nowhere;
      }
      case MAP -> {
        Map<?, ?> map = (Map<?, ?>) value;
        if (step instanceof Name name) {
          return map.containsKey(name.name())
              ? expected(type.getValueType(), map.get(name.name()), rest, allRests)
              : "ABSENT";
        }
        return map.isEmpty() || leads(all, Name.class) ? "ABSENT" : nowhere;
      }
      case ARRAY -> {
        List<?> list = (List<?>) value;
        if (list.isEmpty()) {
          return "ABSENT";
        }
        if (step instanceof First) {
          return expected(type.getElementType(), list.get(0), rest, allRests);
        }
        if (step instanceof Entry entry) {
          String found = "ABSENT";
          for (Object element : list) {
            String key =
                expected(
                    type.getElementType(),
                    element,
                    List.of(new Name(entry.key())),
                    List.of(List.of(new Name(entry.key()))));
            if (List.of("TEXT ", "INTEGER ", "DECIMAL ").stream()
                .anyMatch(form -> key.equals(form + entry.text()))) {
              found = expected(type.getElementType(), element, rest, allRests);
            }
          }
          return found;
        }
        return leads(all, First.class) || leads(all, Entry.class) ? "ABSENT" : nowhere;
      }
      case STRING -> {
        return meansNothing(value.toString()) ? "ABSENT" : nowhere;
      }
      default -> {
        return nowhere;
      }
    }
  }

  private static boolean leads(List<List<Step>> all, Class<? extends Step> kind) {
    return all.stream().anyMatch(steps -> !steps.isEmpty() && kind.isInstance(steps.get(0)));
  }

  private static String written(Schema type, Object value) {
    return switch (type.getType()) {
      case BOOLEAN -> value.equals(true) ? "TRUE" : "FALSE";
      case INT -> "INTEGER " + value;
      case LONG ->
          type.getLogicalType() == null
              ? "INTEGER " + value
              : "INTEGER " + Math.floorDiv((long) value, 1_000L);
      case FLOAT, DOUBLE -> {
        BigDecimal number = new BigDecimal(value.toString()).stripTrailingZeros();
        yield (number.scale() <= 0 ? "INTEGER " : "DECIMAL ") + number.toPlainString();
      }
      case BYTES ->
          type.getLogicalType() instanceof LogicalTypes.Decimal
              ? "DECIMAL "
                  + new BigDecimal(new BigInteger(((ByteBuffer) value).array()), 2).toPlainString()
              : "BYTES";
      case FIXED -> "BYTES";
      case STRING, ENUM -> "TEXT " + value;
      case ARRAY -> ((List<?>) value).isEmpty() ? "ABSENT" : "ARRAY";
      case MAP -> ((Map<?, ?>) value).isEmpty() ? "ABSENT" : "OBJECT";
      case RECORD -> "OBJECT";
      default -> throw new AssertionError(type);
    };
  }

  /** A broken record is found to be one, or is another record; it never takes long. */
  @Test
  void shouldNeverFailOtherwiseWhateverTheBytes() {
    Random random = new Random(11);
    int malformed = 0;
    int records = 0;
    while (records < 100_000) {
      RandomAvro avro = new RandomAvro(random);
      Schema schema = avro.schema();
      List<FieldPath> paths = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        paths.add(new FieldPath(false, path(schema, random)));
      }
      ReadingPlan plan = plan(schema, paths);
      for (int i = 0; i < 200; i++) {
        byte[] bytes = mutated(avro.encoded(schema, avro.value(schema, 0)), random);
        records++;
        try {
          AvroCursor found = plan.read(bytes, 0);
          for (int slot = 0; slot < paths.size(); slot++) {
            assertThat(ReadingPlanTest.written(found, slot)).isNotNull();
          }
          assertThat(found.extraLength()).isLessThan(100_000 + 1_000 * bytes.length);
        } catch (MalformedAvroException e) {
          malformed++;
          assertThat(e.detail()).contains("at byte ");
        }
      }
    }
    assertThat(malformed).isBetween(20_000, 95_000);
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] mutated =
        Arrays.copyOf(
            bytes, random.nextInt(3) == 0 ? random.nextInt(bytes.length + 3) : bytes.length);
    for (int i = random.nextInt(4); i > 0 && mutated.length > 0; i--) {
      int at = random.nextInt(mutated.length);
      if (random.nextBoolean()) {
        mutated[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        random.nextBytes(mutated);
        i = 0;
      }
    }
    return mutated;
  }
}
