/**
 * Traffic of shoppers whose every decision is pure and repeatable, and a thin layer that sends it.
 *
 * <p>Tests and the local mode may depend on this package; the job may not.
 */
@NullMarked
package io.clickstream.tools.traffic;

import org.jspecify.annotations.NullMarked;
