package io.clickstream.ingest.json;

import io.clickstream.columns.ClickFields;
import io.clickstream.ingest.MappingNode;
import io.clickstream.ingest.RecordShape;
import io.clickstream.ingest.json.Members.Lead;
import io.clickstream.ingest.json.Members.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where {@link PlainJson} keeps what it finds, and by which names it finds it. Every slot has a
 * cell; the first ones are those of the texts of a click, in their order, so that they can be taken
 * one after the other.
 */
final class Cells {

  private final int[] cells;
  private final Lead root;

  Cells(RecordShape shape) {
    this.cells = numbered(shape.fields(), shape.mapping().slots());
    Map<String, Name> ours = new HashMap<>();
    for (String name : shape.fields().names()) {
      // A field that is mapped elsewhere, or not read, is often under its own name as well.
      ours.put(name, new Name(name, Members.NO_FIELDS));
    }
    this.root = lead(shape.mapping().root(), ours);
  }

  /** How records lead on. */
  Lead root() {
    return root;
  }

  /** The cell of a slot. */
  int of(int slot) {
    return cells[slot];
  }

  private int[] cellsOf(int[] slots) {
    return Arrays.stream(slots).map(slot -> cells[slot]).toArray();
  }

  static int[] numbered(ClickFields fields, int slots) {
    int[] cells = new int[slots];
    int next = fields.texts().size();
    for (int slot = 0; slot < slots; slot++) {
      boolean isText = slot < fields.count() && fields.all().get(slot).isText();
      cells[slot] = isText ? fields.all().get(slot).text() : next++;
    }
    return cells;
  }

  private Name name(String name, MappingNode node) {
    return node.isValue()
        ? new Name(name, cellsOf(node.values()))
        : new Name(name, cellsOf(node.below()), lead(node, new HashMap<>()));
  }

  private Lead lead(MappingNode node, Map<String, Name> names) {
    node.children().forEach((name, child) -> names.put(name, name(name, child)));
    return new Lead(
        cellsOf(node.values()),
        cellsOf(node.unreachable()),
        new Members(names),
        node.leadsIntoObject(),
        node.text() != null,
        node.leadsIntoArray() ? array(node) : null,
        node.leadsToProducts(),
        node.leadsToClicks());
  }

  private Members.Array array(MappingNode node) {
    MappingNode first = node.first();
    MappingNode.Entries entries = node.entries();
    MappingNode.Products products = node.products();
    Name element =
        entries != null
            ? name("", entries.element())
            : products != null ? name("", products.element()) : null;
    Name firstName = first == null ? null : name("", first);
    return new Members.Array(
        firstName,
        element,
        entries == null ? null : entries(entries),
        products == null ? null : cellsOf(productSlots(products)),
        node.hasClicks(),
        node.hasOneClick() && element == null ? firstName : null);
  }

  private Members.Entries entries(MappingNode.Entries entries) {
    List<NameTable<int[]>> copies = new ArrayList<>();
    for (Map<String, int[]> byText : entries.copies()) {
      Map<String, int[]> ofCells = new HashMap<>();
      byText.forEach((text, slots) -> ofCells.put(text, cellsOf(slots)));
      copies.add(NameTable.of(ofCells));
    }
    return new Members.Entries(cellsOf(entries.keySlots()), copies);
  }

  /** The slots that are kept of a product. */
  static int[] productSlots(MappingNode.Products products) {
    return Stream.of(products.idSlots(), products.quantitySlots(), products.priceSlots())
        .flatMapToInt(Arrays::stream)
        .toArray();
  }
}
