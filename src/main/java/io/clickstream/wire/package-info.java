/**
 * How values of the model travel between operators and lie in state: one compact serializer each,
 * never Kryo and never reflection.
 *
 * <p>Operators and the topology may depend on this package; the pure rules may not.
 */
@NullMarked
package io.clickstream.wire;

import org.jspecify.annotations.NullMarked;
