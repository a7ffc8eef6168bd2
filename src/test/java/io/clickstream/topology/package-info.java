/** The graph of production on a MiniCluster against a real broker, reconciled record by record. */
package io.clickstream.topology;
