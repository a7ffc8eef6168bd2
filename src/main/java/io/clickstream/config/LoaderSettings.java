package io.clickstream.config;

import io.clickstream.columns.Definitions;
import org.apache.flink.configuration.Configuration;

/**
 * All settings of a loader that starts.
 *
 * @param groupId the loader's own consumer group
 * @param startFrom where a loader without state begins
 * @param definitions what the sessions have beyond the fields that all have
 * @param flink the options of Flink that the user gave or that the job insists on, to be completed
 *     by the job's defaults below the cluster's own configuration
 */
public record LoaderSettings(
    KafkaSettings kafka,
    TopicSettings topics,
    String groupId,
    StartFrom startFrom,
    ClickHouseSettings clickHouse,
    Definitions definitions,
    Configuration flink) {}
