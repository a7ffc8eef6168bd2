package io.clickstream.config;

import org.apache.flink.configuration.Configuration;

/**
 * All settings of a loader that starts.
 *
 * @param groupId the loader's own consumer group
 * @param startFrom where a loader without state begins
 * @param flink the options of Flink that the user gave or that the job insists on, to be completed
 *     by the job's defaults below the cluster's own configuration
 */
public record LoaderSettings(
    KafkaSettings kafka,
    TopicSettings topics,
    String groupId,
    StartFrom startFrom,
    ClickHouseSettings clickHouse,
    Configuration flink) {}
