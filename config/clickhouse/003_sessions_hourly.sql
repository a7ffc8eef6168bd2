-- For dashboards: the last 31 days by hour, computed anew every minute and swapped in at once, so that revisions
-- and retractions are in it.
CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_hourly
REFRESH EVERY 1 MINUTE
(
    hour          DateTime('UTC'),
    user_segment  String,
    country       String,
    device_type   String,
    sessions      UInt64,
    bounces       UInt64,
    engaged       UInt64,
    with_purchase UInt64,
    events        UInt64,
    duration_ms   UInt64
)
ENGINE = MergeTree
ORDER BY (hour, user_segment, country, device_type)
AS
SELECT
    toStartOfHour(toDateTime(session_start)) AS hour,
    ifNull(s.user_segment, '') AS user_segment,
    ifNull(s.country, '') AS country,
    ifNull(s.device_type, '') AS device_type,
    count() AS sessions,
    countIf(is_bounce) AS bounces,
    countIf(is_engaged) AS engaged,
    countIf(purchases > 0) AS with_purchase,
    sum(event_count) AS events,
    sum(s.duration_ms) AS duration_ms
FROM sessions_latest AS s
WHERE session_start >= now() - INTERVAL 31 DAY
GROUP BY hour, user_segment, country, device_type;
