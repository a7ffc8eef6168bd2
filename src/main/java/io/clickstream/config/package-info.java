/**
 * Every setting of the jobs, each declared once beside the record that holds its value: key,
 * meaning, right values and default.
 *
 * <p>Every package but the model may depend on it. It does not know where values come from.
 */
@NullMarked
package io.clickstream.config;

import org.jspecify.annotations.NullMarked;
