/**
 * The image and the compose file: by themselves, against the files that they mount, and against
 * what jobs and tools read; and where Docker runs, what comes of them.
 *
 * <p>Nothing may depend on it.
 */
@NullMarked
package io.clickstream.docker;

import org.jspecify.annotations.NullMarked;
