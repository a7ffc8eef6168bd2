/**
 * The guarantees under faults: brokers, a JobManager, TaskManagers and a store for checkpoints as
 * processes of their own, which are killed, suspended and restarted while clicks flow, and a
 * reconciliation of what came out. And the same cluster to play with.
 *
 * <p>The security tests may depend on this package, for a cluster of processes.
 */
@NullMarked
package io.clickstream.faults;

import org.jspecify.annotations.NullMarked;
