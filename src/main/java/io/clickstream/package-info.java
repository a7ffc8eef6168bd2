/**
 * The job: its graph, the uids of its operators, and the entry point.
 *
 * <p>It sees every other package, and none of them sees it.
 */
@NullMarked
package io.clickstream;

import org.jspecify.annotations.NullMarked;
