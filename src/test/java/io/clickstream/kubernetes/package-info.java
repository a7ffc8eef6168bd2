/**
 * The manifests of {@code config/kubernetes}: against the schemas of their kinds, against each
 * other, and against what the jobs read.
 *
 * <p>The security tests may depend on it, for the rights of its users.
 */
@NullMarked
package io.clickstream.kubernetes;

import org.jspecify.annotations.NullMarked;
