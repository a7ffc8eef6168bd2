package io.clickstream.wire;

import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The type of values that have one fixed serializer; no fields are visible to Flink. */
public final class WireType<T> extends TypeInformation<T> {

  private static final long serialVersionUID = 1L;

  private final Class<T> type;
  private final TypeSerializer<T> serializer;
  private final boolean key;

  private WireType(Class<T> type, TypeSerializer<T> serializer, boolean key) {
    this.type = type;
    this.serializer = serializer;
    this.key = key;
  }

  /** A type for edges and state. */
  public static <T> WireType<T> of(Class<T> type, TypeSerializer<T> serializer) {
    return new WireType<>(type, serializer, false);
  }

  /** A type that streams can also be keyed by: its {@code hashCode} is the same in every JVM. */
  public static <T> WireType<T> keyOf(Class<T> type, TypeSerializer<T> serializer) {
    return new WireType<>(type, serializer, true);
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isKeyType() {
    return key;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WireType<?> that
        && type.equals(that.type)
        && serializer.equals(that.serializer)
        && key == that.key;
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, key);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof WireType;
  }
}
