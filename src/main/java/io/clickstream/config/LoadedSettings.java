package io.clickstream.config;

import org.apache.flink.configuration.Configuration;

/**
 * What a start of the job is made with.
 *
 * @param settings the job's own
 * @param flink the options of Flink that the user gave or that the job insists on; {@link
 *     JobDefaults} completes them below the cluster's own configuration
 */
public record LoadedSettings(ClickstreamSettings settings, Configuration flink) {}
