/**
 * A session gets what is known of its visitor and its products.
 *
 * <p>The topology may depend on this package; nothing on the way to a session does.
 */
@NullMarked
package io.clickstream.enrich;

import org.jspecify.annotations.NullMarked;
