package io.clickstream.model;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom a session belongs to: an id, of one kind, within one application if the clicks name one.
 *
 * @param appId the application, or null where clicks name none
 * @param kind which id it is
 * @param id never blank
 */
public record Visitor(@Nullable String appId, VisitorKind kind, String id) {

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

  /** Written out because it is asked for with every click, and a record's own is slower. */
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
    return (31 * Objects.hashCode(appId) + kind.ordinal()) * 31 + id.hashCode();
  }
}
