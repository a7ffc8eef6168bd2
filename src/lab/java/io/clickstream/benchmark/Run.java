package io.clickstream.benchmark;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The task of a system. The topics exist, replication 1; those of the sessions are new for each run
 * and have four partitions.
 *
 * @param interval between checkpoints or commits
 * @param gap of the sessions
 * @param bounded whether to read to the end offsets and end, closing all sessions; else it runs
 *     until it is closed
 * @param encoding the form of the clicks; systems other than ours read the plain one alone
 * @param directory for state and checkpoints; exists, empty, deleted after the run
 * @param id differs from run to run, fit for a group or transaction id
 */
public record Run(
    String bootstrapServers,
    String clicksTopic,
    String profilesTopic,
    String productsTopic,
    String sessionsTopic,
    String lateTopic,
    String rejectedTopic,
    Duration interval,
    int parallelism,
    Duration gap,
    Duration outOfOrderness,
    Duration lateness,
    boolean bounded,
    Encoding encoding,
    Path directory,
    String id) {}
