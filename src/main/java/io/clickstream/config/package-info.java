/**
 * Every setting of the job: its key, type, default and meaning, and the validated values.
 *
 * <p>The topology, the operators' factories and the job may depend on it; the model may not.
 */
@NullMarked
package io.clickstream.config;

import org.jspecify.annotations.NullMarked;
