package io.clickstream.session;

import io.clickstream.columns.Columns;
import io.clickstream.columns.Condition;
import io.clickstream.columns.Source;
import io.clickstream.model.Click;
import io.clickstream.model.ClickMarks;
import io.clickstream.model.ClickText;
import io.clickstream.model.ClickTexts;
import io.clickstream.wire.Wire;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of clicks in state beside the fields of all clicks, by name: the indices of another
 * table are others.
 *
 * @param texts the names of the texts behind those that the rules know
 * @param conditions those that clicks are marked by, as they are written
 */
public record ClickTable(List<String> texts, List<String> conditions) implements Serializable {

  /** A longer one is that of corrupt data. */
  private static final int MAX_NAMES = 1 << 16;

  private static final int KNOWN = ClickText.values().length;

  public ClickTable {
    texts = List.copyOf(texts);
    conditions = List.copyOf(conditions);
  }

  /** The one of a table. */
  public static ClickTable of(Columns columns) {
    return new ClickTable(
        columns.added().stream().map(Source::name).toList(),
        columns.conditions().stream().map(Condition::toString).toList());
  }

  /** The click as if it had been read for this table, without values that were not read then. */
  public Click translate(Click click, ClickTable from) {
    if (equals(from)) {
      return click;
    }
    return new Click(
        click.visitor(),
        click.timestamp(),
        click.kind(),
        click.quantity(),
        click.price(),
        click.revenue(),
        click.products(),
        texts(click.texts(), from),
        click.origin(),
        marks(click.marks(), from));
  }

  private ClickTexts texts(ClickTexts read, ClickTable from) {
    int count = KNOWN + texts.size();
    int[] slices = new int[count];
    @Nullable String[] made = new String[count];
    for (int i = 0; i < count; i++) {
      int there = i < KNOWN ? i : KNOWN + from.texts.indexOf(texts.get(i - KNOWN));
      if ((i < KNOWN || there >= KNOWN) && there < read.count()) {
        if (read.areInValue()) {
          slices[i] = read.slice(there);
        } else {
          made[i] = read.get(there);
        }
      }
    }
    return read.areInValue()
        ? ClickTexts.inValue(read.bytes(0), read.extra(), slices)
        : ClickTexts.of(made);
  }

  private ClickMarks marks(ClickMarks read, ClickTable from) {
    long[] bits = new long[2];
    for (int i = 0; i < conditions.size(); i++) {
      int there = from.conditions.indexOf(conditions.get(i));
      if (there >= 0 && read.has(there)) {
        bits[i / Long.SIZE] |= 1L << i;
      }
    }
    return ClickMarks.of(bits[0], bits[1]);
  }

  /** Writes the names. */
  public void write(DataOutput out) throws IOException {
    write(texts, out);
    write(conditions, out);
  }

  private static void write(List<String> names, DataOutput out) throws IOException {
    Wire.writeUnsigned(out, names.size());
    for (String name : names) {
      out.writeUTF(name);
    }
  }

  /** Reads what {@link #write} has written. */
  public static ClickTable read(DataInput in) throws IOException {
    List<String> texts = names(in);
    return new ClickTable(texts, names(in));
  }

  private static List<String> names(DataInput in) throws IOException {
    int count = Wire.readSize(in);
    if (count > MAX_NAMES) {
      throw new IOException("names=" + count + " are impossible: the data is corrupt");
    }
    List<String> names = new ArrayList<>();
    for (int rest = count; rest > 0; rest--) {
      names.add(in.readUTF());
    }
    return names;
  }
}
