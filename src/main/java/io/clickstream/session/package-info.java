/**
 * The session rules as pure code, the bytes that they work on, and the form of these in state. No
 * class here knows Flink, and none lets a place in the bytes out.
 *
 * <p>The operator's room below may depend on it; everything else may not.
 */
@NullMarked
package io.clickstream.session;

import org.jspecify.annotations.NullMarked;
