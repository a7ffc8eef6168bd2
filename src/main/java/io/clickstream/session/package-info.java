/**
 * The sessions: the rules as pure code, the state they work on and its serializer, and the operator
 * around them.
 *
 * <p>The topology may depend on the operator; everything else here is for this package alone.
 */
@NullMarked
package io.clickstream.session;

import org.jspecify.annotations.NullMarked;
