package io.clickstream.reconcile;

import io.clickstream.model.Click;

/**
 * A click that was accepted.
 *
 * @param mayBeBehind whether its own partition was far enough ahead of it for the watermark to have
 *     passed it
 */
record Arrived(Click click, boolean mayBeBehind) {}
