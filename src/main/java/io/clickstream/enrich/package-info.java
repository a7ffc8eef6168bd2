/**
 * What sessions are joined with: the reference data, when it is complete, which of it a session
 * gets, and the record that is published.
 *
 * <p>The topology alone may depend on this package.
 */
@NullMarked
package io.clickstream.enrich;

import org.jspecify.annotations.NullMarked;
