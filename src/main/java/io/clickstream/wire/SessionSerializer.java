package io.clickstream.wire;

import io.clickstream.model.EndReason;
import io.clickstream.model.Goal;
import io.clickstream.model.Money;
import io.clickstream.model.ProductActivity;
import io.clickstream.model.Session;
import io.clickstream.model.SessionLayout;
import io.clickstream.model.SessionValues;
import io.clickstream.model.TextSet;
import io.clickstream.model.Visitor;
import io.clickstream.model.VisitorKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/**
 * Writes sessions for edges and for the state in which they wait for reference data: the values of
 * the columns by their slots.
 *
 * <p>The snapshot holds the names of the columns, so that state is read that was written under
 * another table. What it then reads has the layout of that table; {@link Session#under} moves the
 * values, and {@link #serialize} does so itself.
 */
public final class SessionSerializer extends ImmutableSerializer<Session> {

  private static final long serialVersionUID = 1L;
  private static final Versioned VERSION = new Versioned("a session", 2);

  /** The first version in which columns can be decimals, sets of texts and goals. */
  private static final int WITH_DEFINED = 2;

  private static final EndReason[] END_REASONS = EndReason.values();

  private final SessionLayout layout;

  /** One that is known to be equal; threads may overwrite each other's without harm. */
  private transient @Nullable SessionLayout equalLayout;

  /** A serializer of the sessions of one table. */
  public SessionSerializer(SessionLayout layout) {
    this.layout = layout;
  }

  @Override
  public Session createInstance() {
    return new Session(
        new UUID(0, 0), 0, new UUID(0, 0), new Visitor(null, VisitorKind.DEVICE, "-"), 0, null);
  }

  @Override
  public void serialize(Session session, DataOutputView out) throws IOException {
    writeId(session.id(), out);
    Wire.writeUnsigned(out, session.revision());
    out.writeBoolean(session.supersededBy() != null);
    if (session.supersededBy() != null) {
      writeId(session.supersededBy(), out);
    }
    VisitorSerializer.INSTANCE.serialize(session.visitor(), out);
    Wire.writeSigned(out, session.start());
    SessionValues values = session.values();
    out.writeBoolean(values != null);
    if (values != null) {
      writeValues(underOwnLayout(values), session.start(), out);
    }
  }

  @Override
  public Session deserialize(DataInputView in) throws IOException {
    UUID id = readId(in);
    int revision = Wire.readSize(in);
    UUID supersededBy = in.readBoolean() ? readId(in) : null;
    Visitor visitor = VisitorSerializer.INSTANCE.deserialize(in);
    long start = Wire.readSigned(in);
    SessionValues values = in.readBoolean() ? readValues(start, in) : null;
    return new Session(id, revision, supersededBy, visitor, start, values);
  }

  @Override
  public TypeSerializerSnapshot<Session> snapshotConfiguration() {
    return new Snapshot(layout);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SessionSerializer that && layout.equals(that.layout);
  }

  @Override
  public int hashCode() {
    return layout.hashCode();
  }

  /** Layouts that are equal are mostly the same object, and then need no comparison by name. */
  @SuppressWarnings("ReferenceEquality") // another object is compared by name
  private SessionValues underOwnLayout(SessionValues values) {
    if (values.layout() == equalLayout) {
      return values;
    }
    if (values.layout().equals(layout)) {
      equalLayout = values.layout();
    }
    return values.under(layout);
  }

  private void writeValues(SessionValues values, long start, DataOutputView out)
      throws IOException {
    Wire.writeSigned(out, values.end() - start);
    Wire.writeEnum(out, values.endReason());
    for (int slot = 0; slot < layout.numbers().size(); slot++) {
      Wire.writeUnsigned(out, values.number(slot));
    }
    for (int slot = 0; slot < layout.texts().size(); slot++) {
      Wire.writeText(out, values.text(slot));
    }
    for (int slot = 0; slot < layout.decimals().size(); slot++) {
      writeDecimal(values.decimal(slot), out);
    }
    for (int slot = 0; slot < layout.sets().size(); slot++) {
      writeSet(values.set(slot), out);
    }
    for (int slot = 0; slot < layout.goals().size(); slot++) {
      writeGoal(values.goal(slot), start, out);
    }
    Wire.writeUnsigned(out, values.revenue().size());
    for (Money money : values.revenue()) {
      Wire.writeText(out, money.currency());
      Wire.writeSigned(out, money.amount().scale());
      Wire.writeBytes(out, money.amount().unscaledValue().toByteArray());
    }
    Wire.writeUnsigned(out, values.products().size());
    for (ProductActivity product : values.products()) {
      Wire.writeText(out, product.productId());
      Wire.writeUnsigned(out, product.views());
      Wire.writeUnsigned(out, product.cartAdds());
      Wire.writeUnsigned(out, product.purchases());
    }
  }

  private SessionValues readValues(long start, DataInputView in) throws IOException {
    long end = start + Wire.readSigned(in);
    EndReason endReason = Wire.readEnum(in, END_REASONS);
    long[] numbers = new long[layout.numbers().size()];
    for (int slot = 0; slot < numbers.length; slot++) {
      numbers[slot] = Wire.readUnsigned(in);
    }
    @Nullable String[] texts = new String[layout.texts().size()];
    for (int slot = 0; slot < texts.length; slot++) {
      texts[slot] = Wire.readText(in);
    }
    @Nullable BigDecimal[] decimals = new BigDecimal[layout.decimals().size()];
    for (int slot = 0; slot < decimals.length; slot++) {
      decimals[slot] = readDecimal(in);
    }
    List<TextSet> sets = new ArrayList<>(layout.sets().size());
    for (int slot = 0; slot < layout.sets().size(); slot++) {
      sets.add(readSet(in));
    }
    List<Goal> goals = new ArrayList<>(layout.goals().size());
    for (int slot = 0; slot < layout.goals().size(); slot++) {
      goals.add(readGoal(start, in));
    }
    return new SessionValues(
        layout,
        end,
        endReason,
        numbers,
        texts,
        decimals,
        sets,
        goals,
        readRevenue(in),
        readProducts(in));
  }

  private static void writeDecimal(@Nullable BigDecimal decimal, DataOutputView out)
      throws IOException {
    out.writeBoolean(decimal != null);
    if (decimal != null) {
      Wire.writeSigned(out, decimal.scale());
      Wire.writeBytes(out, decimal.unscaledValue().toByteArray());
    }
  }

  private static @Nullable BigDecimal readDecimal(DataInputView in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    int scale = Math.toIntExact(Wire.readSigned(in));
    return new BigDecimal(new BigInteger(required(Wire.readBytes(in))), scale);
  }

  private static void writeSet(TextSet set, DataOutputView out) throws IOException {
    out.writeBoolean(set.isTruncated());
    Wire.writeUnsigned(out, set.texts().size());
    for (String text : set.texts()) {
      Wire.writeText(out, text);
    }
  }

  private static TextSet readSet(DataInputView in) throws IOException {
    boolean isTruncated = in.readBoolean();
    List<String> texts = new ArrayList<>();
    for (int left = Wire.readSize(in); left > 0; left--) {
      texts.add(Wire.readRequiredText(in));
    }
    return new TextSet(texts, isTruncated);
  }

  private static void writeGoal(Goal goal, long start, DataOutputView out) throws IOException {
    Wire.writeUnsigned(out, goal.count());
    if (goal.isReached()) {
      Wire.writeSigned(out, goal.firstAt() - start);
      writeDecimal(goal.value(), out);
      Wire.writeText(out, goal.currency());
    }
  }

  private static Goal readGoal(long start, DataInputView in) throws IOException {
    long count = Wire.readUnsigned(in);
    if (count == 0) {
      return Goal.NOT_REACHED;
    }
    long firstAt = start + Wire.readSigned(in);
    return new Goal(count, readDecimal(in), Wire.readText(in), firstAt);
  }

  private static List<Money> readRevenue(DataInputView in) throws IOException {
    int size = Wire.readSize(in);
    if (size == 0) {
      return List.of();
    }
    List<Money> revenue = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String currency = Wire.readRequiredText(in);
      int scale = Math.toIntExact(Wire.readSigned(in));
      byte[] unscaled = required(Wire.readBytes(in));
      revenue.add(new Money(currency, new BigDecimal(new BigInteger(unscaled), scale)));
    }
    return revenue;
  }

  private static List<ProductActivity> readProducts(DataInputView in) throws IOException {
    int size = Wire.readSize(in);
    if (size == 0) {
      return List.of();
    }
    List<ProductActivity> products = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      products.add(
          new ProductActivity(
              Wire.readRequiredText(in), Wire.readSize(in), Wire.readSize(in), Wire.readSize(in)));
    }
    return products;
  }

  private static byte[] required(byte @Nullable [] bytes) throws IOException {
    if (bytes == null) {
      throw new IOException("expected an amount: the data is corrupt");
    }
    return bytes;
  }

  private static void writeId(UUID id, DataOutputView out) throws IOException {
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static UUID readId(DataInputView in) throws IOException {
    return new UUID(in.readLong(), in.readLong());
  }

  /** The names of the columns under which state was written. */
  public static final class Snapshot implements TypeSerializerSnapshot<Session> {

    private SessionLayout layout;

    /** A snapshot to be read. */
    public Snapshot() {
      this(new SessionLayout(List.of(), List.of(), List.of(), List.of(), List.of()));
    }

    private Snapshot(SessionLayout layout) {
      this.layout = layout;
    }

    @Override
    public int getCurrentVersion() {
      return VERSION.newest();
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      writeNames(layout.numbers(), out);
      writeNames(layout.texts(), out);
      writeNames(layout.decimals(), out);
      writeNames(layout.sets(), out);
      writeNames(layout.goals(), out);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classes)
        throws IOException {
      VERSION.check(version);
      boolean hasDefined = version >= WITH_DEFINED;
      layout =
          new SessionLayout(
              readNames(in),
              readNames(in),
              hasDefined ? readNames(in) : List.of(),
              hasDefined ? readNames(in) : List.of(),
              hasDefined ? readNames(in) : List.of());
    }

    private static void writeNames(List<String> names, DataOutputView out) throws IOException {
      Wire.writeUnsigned(out, names.size());
      for (String name : names) {
        Wire.writeText(out, name);
      }
    }

    private static List<String> readNames(DataInputView in) throws IOException {
      List<String> names = new ArrayList<>();
      for (int size = Wire.readSize(in); size > 0; size--) {
        names.add(Wire.readRequiredText(in));
      }
      return names;
    }

    @Override
    public TypeSerializer<Session> restoreSerializer() {
      return new SessionSerializer(layout);
    }

    @Override
    public TypeSerializerSchemaCompatibility<Session> resolveSchemaCompatibility(
        TypeSerializerSnapshot<Session> older) {
      if (!(older instanceof Snapshot that)) {
        return TypeSerializerSchemaCompatibility.incompatible();
      }
      return layout.equals(that.layout)
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.compatibleAfterMigration();
    }
  }
}
