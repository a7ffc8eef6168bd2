/**
 * The manifests of {@code config/kubernetes}: against the schemas of their kinds, against each
 * other, and against what the jobs read.
 *
 * <p>Nothing may depend on it.
 */
@NullMarked
package io.clickstream.kubernetes;

import org.jspecify.annotations.NullMarked;
