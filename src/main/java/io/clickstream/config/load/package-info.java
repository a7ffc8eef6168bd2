/**
 * Settings are read from arguments, environment variables and a file, and everything that is wrong
 * with any of them is reported at once.
 *
 * <p>The jobs and the tools may depend on it; the other packages know only the records.
 */
@NullMarked
package io.clickstream.config.load;

import org.jspecify.annotations.NullMarked;
