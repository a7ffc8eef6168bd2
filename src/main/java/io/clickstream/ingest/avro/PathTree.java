package io.clickstream.ingest.avro;

import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Entry;
import io.clickstream.columns.FieldPath.First;
import io.clickstream.columns.FieldPath.Name;
import io.clickstream.columns.FieldPath.Step;
import io.clickstream.columns.FieldPath.Text;
import io.clickstream.ingest.MappingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The wanted parts of one value of a record: slots for the value itself, and more behind some steps
 * from it. It is the same as a {@link MappingNode}, but that an element of an array has the slots
 * that it is wanted for, and none of its own.
 */
final class PathTree {

  /** Nothing is wanted. */
  static final PathTree NOTHING = new PathTree();

  private final Map<Step, PathTree> children = new LinkedHashMap<>();
  private final List<Integer> slots = new ArrayList<>();

  /** As in {@link MappingNode#slotsOfFields}. */
  private final int slotsOfFields;

  private boolean clicks;
  private @Nullable Products products;

  /**
   * The products that the elements of an array are.
   *
   * @param element what is wanted of each
   * @param slots all that are set by that
   */
  record Products(PathTree element, int[] slots) {}

  private PathTree() {
    this(Integer.MAX_VALUE);
  }

  private PathTree(int slotsOfFields) {
    this.slotsOfFields = slotsOfFields;
  }

  /** The parts of a record that the slots of a mapping want. */
  static PathTree of(MappingNode node) {
    PathTree tree = new PathTree(node.slotsOfFields());
    tree.add(node);
    return tree;
  }

  /**
   * The tree of some paths, each of which has the slot of its index.
   *
   * @param clicksAt the path of an array whose elements are clicks, or null
   */
  static PathTree of(List<FieldPath> paths, @Nullable FieldPath clicksAt) {
    PathTree root = new PathTree();
    for (int slot = 0; slot < paths.size(); slot++) {
      root.at(paths.get(slot).steps()).slots.add(slot);
    }
    if (clicksAt != null) {
      root.at(clicksAt.steps()).clicks = true;
    }
    return root;
  }

  /** The tree of members of a record, each with its slot. */
  static PathTree of(Map<Step, Integer> slotOfMember) {
    PathTree root = new PathTree();
    slotOfMember.forEach((step, slot) -> root.at(List.of(step)).slots.add(slot));
    return root;
  }

  private void add(MappingNode node) {
    for (int slot : node.values()) {
      slots.add(slot);
    }
    clicks = node.hasClicks();
    node.children().forEach((name, child) -> at(List.of(new Name(name))).add(child));
    if (node.text() != null) {
      at(List.of(new Text())).add(node.text());
    }
    if (node.first() != null) {
      at(List.of(new First())).add(node.first());
    }
    MappingNode.Entries entries = node.entries();
    if (entries != null) {
      pathsOfEntries(entries).forEach((slot, path) -> at(path).slots.add(slot));
    }
    MappingNode.Products found = node.products();
    if (found != null) {
      PathTree element = of(found.element());
      products = new Products(element, element.slotsHereAndBelow());
    }
  }

  /** Where each slot is that wants something of an element: behind the step that tells which. */
  private static Map<Integer, List<Step>> pathsOfEntries(MappingNode.Entries entries) {
    Map<Integer, List<Step>> inElement = new HashMap<>();
    of(entries.element()).collectPaths(List.of(), inElement);
    Map<Integer, List<Step>> paths = new LinkedHashMap<>();
    int[] keys = entries.keySlots();
    for (int i = 0; i < keys.length; i++) {
      String key = ((Name) Objects.requireNonNull(inElement.get(keys[i])).get(0)).name();
      entries
          .copies()
          .get(i)
          .forEach(
              (text, copies) -> {
                for (int at = 0; at < copies.length; at += 2) {
                  List<Step> path = new ArrayList<>(List.of(new Entry(key, text)));
                  path.addAll(Objects.requireNonNull(inElement.get(copies[at])));
                  paths.put(copies[at + 1], path);
                }
              });
    }
    return paths;
  }

  private void collectPaths(List<Step> here, Map<Integer, List<Step>> paths) {
    slots.forEach(slot -> paths.put(slot, here));
    children.forEach(
        (step, child) -> {
          List<Step> there = new ArrayList<>(here);
          there.add(step);
          child.collectPaths(there, paths);
        });
  }

  private PathTree at(List<Step> steps) {
    PathTree node = this;
    for (Step step : steps) {
      node = node.children.computeIfAbsent(step, key -> new PathTree(slotsOfFields));
    }
    return node;
  }

  /** The wanted parts behind a step; nothing if the step leads nowhere. */
  PathTree child(Step step) {
    return children.getOrDefault(step, NOTHING);
  }

  /** The wanted parts behind steps of one kind. */
  <S extends Step> Map<S, PathTree> children(Class<S> kind) {
    Map<S, PathTree> ofKind = new LinkedHashMap<>();
    children.forEach(
        (step, child) -> {
          if (kind.isInstance(step)) {
            ofKind.put(kind.cast(step), child);
          }
        });
    return ofKind;
  }

  boolean isNothing() {
    return children.isEmpty() && slots.isEmpty() && !clicks && products == null;
  }

  /** Whether an object leads on. */
  boolean leadsIntoObject() {
    return children.keySet().stream().anyMatch(Name.class::isInstance);
  }

  /** Whether an array leads on. */
  boolean leadsIntoArray() {
    return clicks
        || products != null
        || children.keySet().stream()
            .anyMatch(step -> step instanceof Entry || step instanceof First);
  }

  /** Whether the elements of an array here are clicks. */
  boolean hasClicks() {
    return clicks;
  }

  /** The products that the elements of an array here are, or null. */
  @Nullable Products products() {
    return products;
  }

  /** Whether products are here or below. */
  boolean leadsToProducts() {
    return products != null || children.values().stream().anyMatch(PathTree::leadsToProducts);
  }

  /** The slots of the value itself. */
  int[] slots() {
    return array(slots);
  }

  /** The slots that cannot be reached where something does not lead on. */
  int[] unreachable() {
    List<Integer> below = new ArrayList<>();
    children.values().forEach(child -> child.collect(below));
    return MappingNode.unreachable(slots(), array(below), slotsOfFields);
  }

  /** The slots of the value and of all that is below it. */
  int[] slotsHereAndBelow() {
    List<Integer> all = new ArrayList<>();
    collect(all);
    return array(all);
  }

  private static int[] array(List<Integer> slots) {
    return slots.stream().mapToInt(Integer::intValue).toArray();
  }

  private void collect(List<Integer> all) {
    all.addAll(slots);
    children.values().forEach(child -> child.collect(all));
  }

  /** The same without an array of clicks. */
  PathTree withoutClicks() {
    PathTree without = new PathTree(slotsOfFields);
    without.slots.addAll(slots);
    without.products = products;
    children.forEach((step, child) -> without.children.put(step, child.withoutClicks()));
    return without;
  }
}
