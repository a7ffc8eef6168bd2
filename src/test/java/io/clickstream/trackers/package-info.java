/** Trackers of npm, and what the job makes of that which they send. */
@NullMarked
package io.clickstream.trackers;

import org.jspecify.annotations.NullMarked;
