package io.clickstream.config;

import org.apache.flink.configuration.Configuration;

/**
 * All settings of a job that starts.
 *
 * @param settings the job's own
 * @param flink the options of Flink that the user gave or that the job insists on, to be completed
 *     by the job's defaults below the cluster's own configuration
 */
public record JobSettings(ClickstreamSettings settings, Configuration flink) {}
