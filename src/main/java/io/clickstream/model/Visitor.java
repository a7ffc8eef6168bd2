package io.clickstream.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a session belongs to: an id, of one kind, within one application if the clicks name one.
 *
 * <p>No record, because its hash is asked for with every click, on both sides of the shuffle: it is
 * computed once.
 */
public final class Visitor {

  private final @Nullable String appId;
  private final VisitorKind kind;
  private final String id;

  /** 0 until it is asked for; threads may compute it twice without harm. */
  private int hash;

  /**
   * A visitor.
   *
   * @param appId the application, or null where clicks name none
   * @param kind which id it is
   * @param id never blank
   */
  public Visitor(@Nullable String appId, VisitorKind kind, String id) {
    this(appId, kind, id, 0);
  }

  private Visitor(@Nullable String appId, VisitorKind kind, String id, int hash) {
    this.appId = appId;
    this.kind = kind;
    this.id = id;
    this.hash = hash;
  }

  /**
   * A visitor whose hash is known.
   *
   * @param hash its {@link #hashCode()}
   */
  public static Visitor withHash(@Nullable String appId, VisitorKind kind, String id, int hash) {
    return new Visitor(appId, kind, id, hash);
  }

  /** The application, or null where clicks name none. */
  public @Nullable String appId() {
    return appId;
  }

  /** Which id it is. */
  public VisitorKind kind() {
    return kind;
  }

  /** Never blank. */
  public String id() {
    return id;
  }

  /**
   * Text that differs whenever two visitors differ: {@code D:3:web:abc} for device {@code abc} of
   * application {@code web} (the number is the length of its name), {@code U::42} for user 42 of
   * none. Session ids and partitions derive from it: it never changes.
   */
  public String canonical() {
    char prefix = kind == VisitorKind.USER ? 'U' : 'D';
    return appId == null
        ? prefix + "::" + id
        : prefix + ":" + appId.length() + ":" + appId + ":" + id;
  }

  /** {@link #canonical()} in UTF-8. */
  public byte[] canonicalBytes() {
    return canonical().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Visitor that
        && kind == that.kind
        && id.equals(that.id)
        && Objects.equals(appId, that.appId);
  }

  /** The same in every JVM (an enum's own hash code is not), because streams are keyed by it. */
  @Override
  public int hashCode() {
    int known = hash;
    if (known == 0) {
      known = (31 * Objects.hashCode(appId) + kind.ordinal()) * 31 + id.hashCode();
      hash = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return canonical();
  }
}
