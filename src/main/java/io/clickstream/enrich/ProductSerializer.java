package io.clickstream.enrich;

import io.clickstream.model.Product;
import io.clickstream.types.ImmutableSerializer;
import io.clickstream.types.Wire;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes products for state and edges. Every value starts with the version of its layout, so that a
 * later release can keep more columns.
 */
public final class ProductSerializer extends ImmutableSerializer<Product> {

  static final ProductSerializer INSTANCE = new ProductSerializer();

  private static final long serialVersionUID = 1L;
  private static final int VERSION = 1;

  @Override
  public Product createInstance() {
    return new Product(null, null);
  }

  @Override
  public void serialize(Product value, DataOutputView out) throws IOException {
    out.writeByte(VERSION);
    Wire.writeText(out, value.category());
    Wire.writeText(out, value.brand());
  }

  @Override
  public Product deserialize(DataInputView in) throws IOException {
    LayoutVersion.check("a product", in.readUnsignedByte(), VERSION);
    return new Product(Wire.readText(in), Wire.readText(in));
  }

  @Override
  public TypeSerializerSnapshot<Product> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Marks state that was written by this serializer. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Product> {
    public Snapshot() {
      super(ProductSerializer::new);
    }
  }
}
