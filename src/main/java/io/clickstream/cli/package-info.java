/**
 * The conventions of all sub-commands: settings of a job as arguments, one message for a wrong
 * flag, exit codes.
 *
 * <p>Every package with a sub-command may depend on this one.
 */
@NullMarked
package io.clickstream.cli;

import org.jspecify.annotations.NullMarked;
