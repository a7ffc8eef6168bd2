package io.clickstream.ingest;

import io.clickstream.columns.ClickField;
import io.clickstream.columns.FieldPath;
import io.clickstream.columns.FieldPath.Step;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A place in a record: a value that slots want, or something that leads on to other places, or
 * both, since records of one shape may have there what leads on in those of another.
 *
 * <p>A reader that finds something at a place clears {@link #below}, since of several members of
 * one name the last one counts with all that it lacks. Then it goes on with the part that leads
 * into its finding.
 */
public final class MappingNode implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int[] NONE = {};

  private final Map<String, MappingNode> children = new HashMap<>();
  private @Nullable MappingNode text;
  private @Nullable MappingNode first;
  private @Nullable Entries entries;
  private @Nullable Products products;
  private boolean hasClicks;
  private boolean hasOneClick;

  private int[] values = NONE;
  private int[] below = NONE;
  private int[] unreachable = NONE;
  private int slotsOfFields;
  private boolean leadsToProducts;
  private boolean leadsToClicks;

  MappingNode() {}

  /** Numbers slots. */
  static final class Slots {

    private int count;

    Slots(int fields) {
      this.count = fields;
    }

    int next() {
      return count++;
    }

    int count() {
      return count;
    }
  }

  /**
   * The elements of an array that are told apart by one of their members. Every element is read
   * into slots of its own, and copied from there if it is wanted.
   */
  public static final class Entries implements Serializable {

    private static final long serialVersionUID = 1L;

    private final MappingNode element = new MappingNode();
    private final Map<List<Step>, Integer> scratch = new HashMap<>();
    private final Map<String, Integer> keys = new LinkedHashMap<>();
    private final Map<String, Map<String, Map<Integer, Integer>>> wanted = new HashMap<>();
    private int[] keySlots = NONE;
    private @Nullable List<Map<String, int[]>> copies;

    private void put(FieldPath.Entry entry, List<Step> rest, int slot, Slots slots) {
      keys.computeIfAbsent(
          entry.key(),
          key -> {
            int keySlot = slots.next();
            element.put(List.of(new FieldPath.Name(key)), keySlot, slots);
            return keySlot;
          });
      int from =
          scratch.computeIfAbsent(
              rest,
              steps -> {
                int scratchSlot = slots.next();
                element.put(steps, scratchSlot, slots);
                return scratchSlot;
              });
      wanted
          .computeIfAbsent(entry.key(), key -> new HashMap<>())
          .computeIfAbsent(entry.text(), text -> new LinkedHashMap<>())
          .put(slot, from);
    }

    private void complete(int slotsOfFields) {
      element.complete(slotsOfFields);
      keySlots = keys.values().stream().mapToInt(slot -> slot).toArray();
      copies =
          keys.keySet().stream()
              .map(
                  key -> {
                    Map<String, int[]> byText = new HashMap<>();
                    wanted
                        .getOrDefault(key, Map.of())
                        .forEach(
                            (text, pairs) ->
                                byText.put(
                                    text,
                                    pairs.entrySet().stream()
                                        .flatMapToInt(
                                            pair -> IntStream.of(pair.getValue(), pair.getKey()))
                                        .toArray()));
                    return byText;
                  })
              .toList();
    }

    /** The place of each element. */
    public MappingNode element() {
      return element;
    }

    /** Where the members are that tell elements apart; not to be modified. */
    public int[] keySlots() {
      return keySlots;
    }

    /**
     * By the index of a key among {@link #keySlots()}, and by its value: the slots that are copied,
     * each followed by the one that it is copied to.
     */
    public List<Map<String, int[]>> copies() {
      return copies == null ? List.of() : copies;
    }
  }

  /**
   * The products of a click. Every element is read into slots of its own, and becomes a product
   * then.
   *
   * @param element the place of each element
   * @param idSlots places of its id, of which the first that has a value counts
   * @param quantitySlots the same for pieces
   * @param priceSlots the same for the price of one
   */
  public record Products(MappingNode element, int[] idSlots, int[] quantitySlots, int[] priceSlots)
      implements Serializable {}

  /** Adds a slot that wants the value at some steps from here. */
  void put(List<Step> steps, int slot, Slots slots) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof FieldPath.Entry entry) {
        MappingNode array = at(steps.subList(0, i), slots);
        if (array.entries == null) {
          array.entries = new Entries();
        }
        array.entries.put(entry, List.copyOf(steps.subList(i + 1, steps.size())), slot, slots);
        array.addBelow(slot);
        return;
      }
    }
    MappingNode node = at(steps, slots);
    node.values = with(node.values, slot);
  }

  private void addBelow(int slot) {
    below = with(below, slot);
  }

  private static int[] with(int[] slots, int slot) {
    int[] more = Arrays.copyOf(slots, slots.length + 1);
    more[slots.length] = slot;
    return more;
  }

  /** The place at some steps from here, none of which leads into an entry. */
  MappingNode at(List<Step> steps, Slots slots) {
    MappingNode node = this;
    for (Step step : steps) {
      if (step instanceof FieldPath.Name name) {
        node = node.children.computeIfAbsent(name.name(), key -> new MappingNode());
      } else if (step instanceof FieldPath.Text) {
        if (node.text == null) {
          node.text = new MappingNode();
        }
        node = node.text;
      } else if (step instanceof FieldPath.First) {
        if (node.first == null) {
          node.first = new MappingNode();
        }
        node = node.first;
      } else {
        throw new IllegalArgumentException("expected no entry of an array, found " + step);
      }
    }
    return node;
  }

  Products makeProducts(Map<ClickField, List<List<Step>>> places, Slots slots) {
    MappingNode element = new MappingNode();
    Map<ClickField, int[]> slotsOf = new HashMap<>();
    places.forEach(
        (field, paths) ->
            slotsOf.put(
                field,
                paths.stream()
                    .mapToInt(
                        steps -> {
                          int slot = slots.next();
                          element.put(steps, slot, slots);
                          return slot;
                        })
                    .toArray()));
    element.complete(slots.count());
    Products made =
        new Products(
            element,
            slotsOf.getOrDefault(ClickField.PRODUCT_ID, NONE),
            slotsOf.getOrDefault(ClickField.QUANTITY, NONE),
            slotsOf.getOrDefault(ClickField.PRICE, NONE));
    return shareProducts(made);
  }

  /** The same products where records of another shape have them. */
  Products shareProducts(Products shared) {
    if (entries != null) {
      throw new IllegalArgumentException(
          "ingest.products-at: expected an array that no path of a field leads into");
    }
    products = shared;
    return shared;
  }

  void makeClicks() {
    hasClicks = true;
  }

  void makeOneClick() {
    hasOneClick = true;
  }

  /**
   * Finds what is below every place, once all is put.
   *
   * @param slotsOfFields slots from there on are of conditions and definitions alone, which decide
   *     nothing about a field of ours
   */
  void complete(int slotsOfFields) {
    this.slotsOfFields = slotsOfFields;
    leadsToProducts = products != null;
    leadsToClicks = hasClicks || hasOneClick;
    children.values().forEach(this::complete);
    if (text != null) {
      complete(text);
    }
    if (first != null) {
      complete(first);
    }
    if (entries != null) {
      entries.complete(slotsOfFields);
    }
    unreachable = unreachable(values, below, slotsOfFields);
  }

  /**
   * Of the slots below a place those that cannot be reached if something is there that does not
   * lead on. Where a slot of a field wants the value itself, records of another shape have there
   * what leads on, and nothing is amiss.
   */
  public static int[] unreachable(int[] values, int[] below, int slotsOfFields) {
    if (values.length == 0) {
      return below;
    }
    boolean isOfField = IntStream.of(values).anyMatch(slot -> slot < slotsOfFields);
    return isOfField ? NONE : IntStream.of(below).filter(slot -> slot < slotsOfFields).toArray();
  }

  private void complete(MappingNode child) {
    child.complete(slotsOfFields);
    for (int slot : child.values) {
      addBelow(slot);
    }
    for (int slot : child.below) {
      addBelow(slot);
    }
    leadsToProducts |= child.leadsToProducts;
    leadsToClicks |= child.leadsToClicks;
  }

  /** The slots that want the value here; not to be modified. */
  public int[] values() {
    return values;
  }

  /** The slots that want something below; not to be modified. */
  public int[] below() {
    return below;
  }

  /**
   * The slots that cannot be reached if something is here that does not lead on; not to be
   * modified.
   */
  public int[] unreachable() {
    return unreachable;
  }

  /** Slots from there on are of conditions and definitions alone. */
  public int slotsOfFields() {
    return slotsOfFields;
  }

  /** Whether a value is wanted here, and nothing below. */
  public boolean isValue() {
    return children.isEmpty() && text == null && !leadsIntoArray();
  }

  /** Whether an object leads on. */
  public boolean leadsIntoObject() {
    return !children.isEmpty();
  }

  /** Whether an array leads on. */
  public boolean leadsIntoArray() {
    return first != null || entries != null || products != null || hasClicks;
  }

  /** The place under a name, or null if nothing of ours is there. */
  public @Nullable MappingNode child(String name) {
    return children.get(name);
  }

  /** All places in an object here, by name. */
  public Map<String, MappingNode> children() {
    return children;
  }

  /** The place of the JSON in a text here, or null. */
  public @Nullable MappingNode text() {
    return text;
  }

  /** The place of the first element of an array here, or null. */
  public @Nullable MappingNode first() {
    return first;
  }

  /** The wanted elements of an array here, or null. */
  public @Nullable Entries entries() {
    return entries;
  }

  /** The products that the elements of an array here are, or null. */
  public @Nullable Products products() {
    return products;
  }

  /** Whether the elements of an array here are clicks. */
  public boolean hasClicks() {
    return hasClicks;
  }

  /** Whether the first element of an array here is the one click of a record. */
  public boolean hasOneClick() {
    return hasOneClick;
  }

  /** Whether products are here or below. */
  public boolean leadsToProducts() {
    return leadsToProducts;
  }

  /** Whether an array of clicks is here or below. */
  public boolean leadsToClicks() {
    return leadsToClicks;
  }
}
