/**
 * The graph of production on a MiniCluster against a real broker, reconciled record by record; and
 * records on the same way in one thread.
 */
package io.clickstream.topology;
