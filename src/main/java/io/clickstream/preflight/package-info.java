/**
 * Problems that would stop or harm a job later are found before it starts, each with its remedy:
 * one list of checks for each job, made of the same checks.
 *
 * <p>The launcher and the tools may depend on this package; no part of a running job does.
 */
@NullMarked
package io.clickstream.preflight;

import org.jspecify.annotations.NullMarked;
