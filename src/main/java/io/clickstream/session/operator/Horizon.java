package io.clickstream.session.operator;

/**
 * Event time as a subtask knew it at a checkpoint.
 *
 * @param time the horizon, epoch ms
 * @param gapMs the gap under which timers were set
 * @param latenessMs the lateness under which timers were set
 */
record Horizon(long time, long gapMs, long latenessMs) {}
