package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.Form;
import io.clickstream.model.IdText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The findings of a reader in a record of any format, slot by slot, each with its form, and the
 * products in an array.
 */
public abstract class SlotValues extends RecordValues {

  /** Products of one click beyond which others are left out. */
  public static final int MAX_PRODUCTS = 1_000;

  private final RecordShape shape;
  private final List<ClickField> constants;

  /** By slot, and so by the index of a field as well. */
  private final Form[] forms;

  private final String[] written;
  private boolean mayBeBroken;

  /** The products of the click, as they were found. */
  private final List<Line> lines = new ArrayList<>();

  private int productsFound;

  /** A value of a product. */
  record Value(Form form, String text) {}

  /** A product, as it was found. */
  record Line(Value id, Value quantity, Value price) {}

  SlotValues(RecordShape shape) {
    super(shape);
    this.shape = shape;
    this.constants = shape.mapping().constants();
    this.forms = new Form[shape.mapping().slots()];
    this.written = new String[shape.mapping().slots()];
    Arrays.fill(written, "");
    clear(false);
  }

  /**
   * Forgets the last record.
   *
   * @param mayBeBroken whether texts of the next one can hold half a surrogate pair
   */
  public final void clear(boolean mayBeBroken) {
    this.mayBeBroken = mayBeBroken;
    Arrays.fill(forms, Form.ABSENT);
    for (ClickField constant : constants) {
      set(constant.index(), Form.TEXT, String.valueOf(shape.mapping().constant(constant)));
    }
    clearProducts();
    clearProblems();
  }

  private void clearProducts() {
    lines.clear();
    productsFound = 0;
  }

  /**
   * Sets what the record says at a slot; of several values the last one counts, as in JavaScript.
   *
   * @param text the text, or the number as it is written; anything for other forms
   */
  public final void set(int slot, Form form, String text) {
    forms[slot] = form;
    written[slot] = text;
  }

  /** The same for several slots. */
  public final void set(int[] slots, Form form, String text) {
    for (int slot : slots) {
      set(slot, form, text);
    }
  }

  /** Begins a place: forgets all that an earlier one of the same name had below it. */
  public final void clear(MappingNode node) {
    set(node.below(), Form.ABSENT, "");
    if (node.leadsToProducts()) {
      clearProducts();
    }
  }

  /** Ends an element of an array: the findings in it count if they are wanted. */
  public final void endElement(MappingNode.Entries entries) {
    int[] keys = entries.keySlots();
    for (int i = 0; i < keys.length; i++) {
      Form form = forms[keys[i]];
      if (form == Form.TEXT || form == Form.INTEGER || form == Form.DECIMAL) {
        int[] copies = entries.copies().get(i).get(written[keys[i]]);
        for (int at = 0; copies != null && at < copies.length; at += 2) {
          set(copies[at + 1], forms[copies[at]], written[copies[at]]);
        }
      }
    }
  }

  /** Ends an element of the array of products: the findings in it are one of them. */
  public final void endProduct(MappingNode.Products products) {
    productsFound++;
    if (productsFound <= MAX_PRODUCTS) {
      lines.add(
          new Line(
              value(ClickField.PRODUCT_ID, products.idSlots()),
              value(ClickField.QUANTITY, products.quantitySlots()),
              value(ClickField.PRICE, products.priceSlots())));
    }
  }

  private Value value(ClickField field, int[] slots) {
    int slot = chosen(field, slots);
    return new Value(forms[slot], written[slot]);
  }

  /** Whether a text means nothing at all: blank, or one of the words for nothing. */
  public final boolean meansNothing(String text) {
    return shape.missing().meanNothing(text.strip());
  }

  /** The first slot that has a value; if none has, the first with anything that is none. */
  final int chosen(ClickField field, int[] slots) {
    int other = slots[0];
    for (int slot : slots) {
      if (!isNothing(field, slot)) {
        if (forms[slot].isScalar()) {
          return slot;
        }
        other = isNothing(field, other) ? slot : other;
      }
    }
    return other;
  }

  final boolean isNothing(ClickField field, int slot) {
    return switch (forms[slot]) {
      case ABSENT -> true;
      case FALSE -> field.reading().isOfWords();
      case TEXT -> meansNothing(written[slot]) || isNobody(field, slot);
      case INTEGER, DECIMAL -> isNobody(field, slot);
      default -> false;
    };
  }

  /** Makes the first slot of each field have what the first of its slots has that has a value. */
  final void choose() {
    for (FieldMapping.Alternatives several : shape.mapping().alternatives()) {
      int slot = chosen(several.field(), several.slots());
      set(several.field().index(), forms[slot], written[slot]);
    }
  }

  final boolean isNobody(@Nullable ClickField field, int slot) {
    return !shape.nobody().isEmpty()
        && ClickField.USER_ID.equals(field)
        && shape.nobody().contains(IdText.of(written[slot].strip()));
  }

  @Override
  protected final long @Nullable [] fulfilledByType(ClickConditions conditions) {
    int slot = ClickField.EVENT_TYPE.index();
    return forms[slot] == Form.TEXT
        ? conditions.ofText().getOrDefault(written[slot].strip(), conditions.none())
        : null;
  }

  @Override
  protected final boolean holds(SlotTests.Line line) {
    int slot = line.slot();
    Form form = forms[slot];
    String text = written[slot];
    if (form == Form.TEXT) {
      text = text.strip();
      form = shape.missing().meanNothing(text) ? Form.ABSENT : form;
    }
    if (form.isScalar() && isNobody(line.field(), slot)) {
      form = Form.ABSENT;
    }
    return line.test().holds(form, text);
  }

  /** Puts a value of a product back; returns its slot. */
  final int set(int[] slots, Value value) {
    set(slots[0], value.form, value.text);
    return slots[0];
  }

  /** In what form something was found. */
  final Form form(int slot) {
    return forms[slot];
  }

  /** The text or the number that was found, as it is written. */
  final String written(int slot) {
    return written[slot];
  }

  /** Whether texts of this record can hold half a surrogate pair. */
  final boolean mayBeBroken() {
    return mayBeBroken;
  }

  /** The first products that were found. */
  final List<Line> lines() {
    return lines;
  }

  /** How many products were found. */
  final int productsFound() {
    return productsFound;
  }
}
