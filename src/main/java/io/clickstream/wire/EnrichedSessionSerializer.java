package io.clickstream.wire;

import io.clickstream.model.EnrichedSession;
import io.clickstream.model.Enrichment;
import io.clickstream.model.EnrichmentStatus;
import io.clickstream.model.OutputRecord;
import io.clickstream.model.Session;
import io.clickstream.model.SessionLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.jspecify.annotations.Nullable;

/** Writes enriched sessions on the edge to the format; they lie in no state. */
public final class EnrichedSessionSerializer extends ImmutableSerializer<EnrichedSession> {

  private static final long serialVersionUID = 1L;
  private static final EnrichmentStatus[] STATUSES = EnrichmentStatus.values();

  private final SessionSerializer sessions;

  /** A serializer of the sessions of one table. */
  public EnrichedSessionSerializer(SessionLayout layout) {
    this(new SessionSerializer(layout));
  }

  private EnrichedSessionSerializer(SessionSerializer sessions) {
    this.sessions = sessions;
  }

  @Override
  public EnrichedSession createInstance() {
    return new EnrichedSession(sessions.createInstance(), null, 0, 0, OutputRecord.NOT_DUE);
  }

  @Override
  public void serialize(EnrichedSession enriched, DataOutputView out) throws IOException {
    sessions.serialize(enriched.session(), out);
    Wire.writeUnsigned(out, enriched.revision());
    out.writeLong(enriched.emittedAt());
    out.writeLong(enriched.dueAt());
    Enrichment enrichment = enriched.enrichment();
    if (enrichment != null) {
      write(enrichment, out);
    }
  }

  private static void write(Enrichment enrichment, DataOutputView out) throws IOException {
    Wire.writeText(out, enrichment.userSegment());
    Wire.writeText(out, enrichment.userTier());
    Wire.writeUnsigned(out, enrichment.categories().size());
    for (Enrichment.Count category : enrichment.categories()) {
      Wire.writeText(out, category.name());
      Wire.writeUnsigned(out, category.events());
    }
    Wire.writeText(out, enrichment.topCategory());
    Wire.writeText(out, enrichment.topBrand());
    Wire.writeEnum(out, enrichment.status());
  }

  @Override
  public EnrichedSession deserialize(DataInputView in) throws IOException {
    Session session = sessions.deserialize(in);
    long revision = Wire.readUnsigned(in);
    long emittedAt = in.readLong();
    long dueAt = in.readLong();
    Enrichment enrichment = session.isDeleted() ? null : readEnrichment(in);
    return new EnrichedSession(session, enrichment, revision, emittedAt, dueAt);
  }

  private static Enrichment readEnrichment(DataInputView in) throws IOException {
    return new Enrichment(
        Wire.readText(in),
        Wire.readText(in),
        readCategories(in),
        Wire.readText(in),
        Wire.readText(in),
        Wire.readEnum(in, STATUSES));
  }

  private static List<Enrichment.Count> readCategories(DataInputView in) throws IOException {
    List<Enrichment.Count> categories = new ArrayList<>();
    for (int size = Wire.readSize(in); size > 0; size--) {
      categories.add(new Enrichment.Count(Wire.readRequiredText(in), Wire.readUnsigned(in)));
    }
    return categories;
  }

  @Override
  public TypeSerializerSnapshot<EnrichedSession> snapshotConfiguration() {
    return new Snapshot(sessions);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EnrichedSessionSerializer that && sessions.equals(that.sessions);
  }

  @Override
  public int hashCode() {
    return sessions.hashCode();
  }

  /** Flink asks for one, also where nothing is kept; nothing is read under another table. */
  public static final class Snapshot implements TypeSerializerSnapshot<EnrichedSession> {

    private SessionSerializer.Snapshot sessions = new SessionSerializer.Snapshot();

    /** A snapshot to be read. */
    public Snapshot() {}

    private Snapshot(SessionSerializer sessions) {
      this.sessions = (SessionSerializer.Snapshot) sessions.snapshotConfiguration();
    }

    @Override
    public int getCurrentVersion() {
      return sessions.getCurrentVersion();
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
      sessions.writeSnapshot(out);
    }

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader classes)
        throws IOException {
      sessions.readSnapshot(version, in, classes);
    }

    @Override
    public TypeSerializer<EnrichedSession> restoreSerializer() {
      return new EnrichedSessionSerializer((SessionSerializer) sessions.restoreSerializer());
    }

    @Override
    public TypeSerializerSchemaCompatibility<EnrichedSession> resolveSchemaCompatibility(
        TypeSerializerSnapshot<EnrichedSession> older) {
      return older instanceof Snapshot that
              && Objects.equals(restoreSerializer(), that.restoreSerializer())
          ? TypeSerializerSchemaCompatibility.compatibleAsIs()
          : TypeSerializerSchemaCompatibility.incompatible();
    }
  }
}
