/**
 * Cache, time and state around the session rules: the operator that Flink runs, with the
 * serializers of its state.
 *
 * <p>The topology may depend on the operator; everything else here is for this package alone.
 */
@NullMarked
package io.clickstream.session.operator;

import org.jspecify.annotations.NullMarked;
