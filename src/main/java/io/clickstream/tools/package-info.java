/**
 * A program that ends with the process that started it; the rooms below are the tools of the
 * command.
 *
 * <p>Tests and the programs of the build may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools;

import org.jspecify.annotations.NullMarked;
