package io.clickstream.session.operator;

/**
 * What the operator knows of time, in the checkpoint of every subtask.
 *
 * @param time the horizon, epoch ms
 * @param gapMs the gap under which timers were set
 * @param latenessMs the lateness under which timers were set
 */
record Horizon(long time, long gapMs, long latenessMs) {}
