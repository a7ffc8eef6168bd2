/**
 * All jobs start alike: help, check, preflight, run.
 *
 * <p>The jobs may depend on this package; nothing that runs in a cluster does.
 */
@NullMarked
package io.clickstream.launch;

import org.jspecify.annotations.NullMarked;
