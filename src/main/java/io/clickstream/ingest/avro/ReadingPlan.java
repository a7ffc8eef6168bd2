package io.clickstream.ingest.avro;

import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Name;
import io.clickstream.columns.FieldPath.Step;
import io.clickstream.columns.Form;
import io.clickstream.ingest.avro.Containers.ArrayReader;
import io.clickstream.ingest.avro.Containers.EntriesReader;
import io.clickstream.ingest.avro.Containers.Entry;
import io.clickstream.ingest.avro.Containers.Forgotten;
import io.clickstream.ingest.avro.Containers.MapReader;
import io.clickstream.ingest.avro.Containers.ProductsReader;
import io.clickstream.ingest.avro.Containers.RecordReader;
import io.clickstream.ingest.avro.Containers.SpansReader;
import io.clickstream.ingest.avro.Containers.UnionReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How records of one schema are read: which values are skipped, and which slots the others set. It
 * is made once for a schema, so that a record is read without a look at its schema.
 *
 * <p>Paths lead by names through records and maps, by a key through arrays of records, and through
 * unions as if these were what they hold. An array of clicks is not looked for in a map.
 *
 * <p>One instance serves all records of a thread, one after the other.
 */
final class ReadingPlan {

  private final AvroCursor cursor;
  private final Spans spans = new Spans();
  private final ValueReader root;

  /**
   * The wanted parts of records, in any schema.
   *
   * @param tree of a record
   * @param slots how many there are
   * @param productSlots those that are kept of every product
   * @param secondDigits digits of a second that numbers count which are times: 3 for milliseconds
   * @param nothing whether a text means nothing at all
   */
  record Wanted(
      PathTree tree, int slots, int[] productSlots, int secondDigits, Predicate<String> nothing) {}

  private ReadingPlan(Schema schema, Wanted wanted) {
    Compiler compiler = new Compiler(wanted, spans);
    this.root = compiler.reader(schema, wanted.tree());
    this.cursor = new AvroCursor(compiler.slots, wanted.productSlots());
  }

  /** The plan of a schema. */
  static ReadingPlan of(Schema schema, Wanted wanted) {
    return new ReadingPlan(schema, wanted);
  }

  /**
   * Reads a record, which has to be one value of the schema and nothing else.
   *
   * @param start where the value starts
   * @return what was found; of the last record alone
   */
  AvroCursor read(byte[] record, int start) throws MalformedAvroException {
    spans.clear();
    cursor.begin(record, start);
    root.read(cursor);
    if (!cursor.isAtEnd()) {
      throw new MalformedAvroException("the record goes on", cursor.at());
    }
    return cursor;
  }

  /** Where the clicks are in the record that was read last, if it has an array of them. */
  Spans spans() {
    return spans;
  }

  /** Makes the readers of one schema. */
  private static final class Compiler {

    private static final int[] NONE = {};

    private final Predicate<String> nothing;
    private final int secondDigits;
    private final Spans spans;

    /** Of named schemas of which nothing is wanted: they may hold themselves. */
    private final Map<String, ValueReader> skipping = new HashMap<>();

    /** How many there are; those of keys come behind those of the mapping. */
    private int slots;

    Compiler(Wanted wanted, Spans spans) {
      this.slots = wanted.slots();
      this.nothing = wanted.nothing();
      this.secondDigits = wanted.secondDigits();
      this.spans = spans;
    }

    ValueReader reader(Schema schema, PathTree tree) {
      return switch (schema.getType()) {
        case NULL -> AvroCursor::count;
        case UNION ->
            new UnionReader(
                schema.getTypes().stream()
                    .map(part -> reader(part, tree))
                    .toArray(ValueReader[]::new));
        case RECORD -> record(schema, tree);
        case ARRAY -> array(schema, tree);
        case MAP -> map(schema, tree);
        default -> tree.isNothing() ? Skips.of(schema) : scalar(schema, tree);
      };
    }

    private ValueReader record(Schema schema, PathTree tree) {
      if (tree.isNothing()) {
        ValueReader known = skipping.get(schema.getFullName());
        if (known != null) {
          return known;
        }
      }
      ValueReader[] fields = new ValueReader[schema.getFields().size()];
      RecordReader record =
          new RecordReader(
              tree.slots(), tree.leadsIntoObject() ? NONE : tree.unreachable(), fields);
      if (tree.isNothing()) {
        skipping.put(schema.getFullName(), record);
      }
      for (Schema.Field field : schema.getFields()) {
        fields[field.pos()] = reader(field.schema(), tree.child(new Name(field.name())));
      }
      return record;
    }

    private ValueReader scalar(Schema schema, PathTree tree) {
      int[] unreachable = tree.unreachable();
      if (schema.getType() == Schema.Type.STRING
          && (unreachable.length > 0 || !tree.child(new FieldPath.Text()).isNothing())) {
        return text(tree);
      }
      ValueReader value = Scalars.of(schema, tree.slots(), secondDigits);
      return unreachable.length == 0
          ? value
          : in -> {
            value.read(in);
            in.set(unreachable, Form.UNREACHABLE);
          };
    }

    /** A text that leads on, or should. */
    private ValueReader text(PathTree tree) {
      int[] here = tree.slots();
      PathTree inText = tree.child(new FieldPath.Text());
      JsonInText json = inText.isNothing() ? null : new JsonInText(inText, nothing);
      int[] unreachable = inText.isNothing() ? tree.unreachable() : NONE;
      return in -> {
        int length = in.readLength();
        int start = in.at();
        in.skip(length);
        in.setText(here, start, start + length);
        String text = Utf8Range.text(in.bytes(), start, start + length);
        if (!nothing.test(text)) {
          in.set(unreachable, Form.UNREACHABLE);
          if (json != null) {
            json.read(in, text);
          }
        }
      };
    }

    private ValueReader array(Schema schema, PathTree tree) {
      Schema element = schema.getElementType();
      int[] here = tree.slots();
      ValueReader other = reader(element, PathTree.NOTHING);
      if (tree.hasClicks()) {
        // The wanted parts of the elements are in a plan of their own.
        return new SpansReader(here, NONE, other, spans);
      }
      PathTree.Products products = tree.products();
      if (products != null) {
        return new ProductsReader(here, products.slots(), reader(element, products.element()));
      }
      PathTree ofFirst = tree.child(new FieldPath.First());
      @Nullable ValueReader first = ofFirst.isNothing() ? null : reader(element, ofFirst);
      Map<FieldPath.Entry, PathTree> wanted = tree.children(FieldPath.Entry.class);
      return wanted.isEmpty()
          ? new ArrayReader(
              here,
              tree.leadsIntoArray() ? NONE : tree.unreachable(),
              first == null ? other : first,
              other)
          : entries(element, here, wanted, first);
    }

    private ValueReader entries(
        Schema element,
        int[] slotsOfAll,
        Map<FieldPath.Entry, PathTree> wanted,
        @Nullable ValueReader first) {
      Map<Step, Integer> slotOfKey = new LinkedHashMap<>();
      List<Entry> entries = new ArrayList<>();
      wanted.forEach(
          (entry, child) ->
              entries.add(
                  new Entry(
                      slotOfKey.computeIfAbsent(new Name(entry.key()), key -> slots++),
                      entry.text().getBytes(StandardCharsets.UTF_8),
                      Forgotten.of(child),
                      reader(element, child))));
      return new EntriesReader(
          slotsOfAll,
          NONE,
          reader(element, PathTree.of(slotOfKey)),
          entries.toArray(Entry[]::new),
          first);
    }

    private ValueReader map(Schema schema, PathTree tree) {
      List<byte[]> names = new ArrayList<>();
      List<Forgotten> forgotten = new ArrayList<>();
      List<ValueReader> values = new ArrayList<>();
      tree.children(Name.class)
          .forEach(
              (name, child) -> {
                names.add(name.name().getBytes(StandardCharsets.UTF_8));
                forgotten.add(Forgotten.of(child));
                values.add(reader(schema.getValueType(), child.withoutClicks()));
              });
      return new MapReader(
          tree.slots(),
          tree.leadsIntoObject() ? NONE : tree.unreachable(),
          names.toArray(byte[][]::new),
          forgotten.toArray(Forgotten[]::new),
          values.toArray(ValueReader[]::new),
          reader(schema.getValueType(), PathTree.NOTHING));
    }
  }
}
