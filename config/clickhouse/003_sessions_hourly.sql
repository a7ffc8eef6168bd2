-- For dashboards: sessions by the hour in which they began. Every minute the last two days are computed anew, so
-- that revisions and retractions are in them, at a cost that does not grow with the table. Older hours stay as
-- they were; after a replay of old clicks, or for those before the first minute, compute them once by hand:
--   INSERT INTO sessions_hourly_computed SELECT ... as below, with another range.
CREATE TABLE IF NOT EXISTS sessions_hourly_computed
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
    duration_ms   UInt64,
    computed_at   DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, user_segment, country, device_type);

-- The second part has a row of every hour: one whose sessions were all retracted counts 0.
CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_hourly_refresh
REFRESH EVERY 1 MINUTE APPEND
TO sessions_hourly_computed
AS
SELECT
    hour,
    user_segment,
    country,
    device_type,
    sum(one) AS sessions,
    sum(bounce) AS bounces,
    sum(engagement) AS engaged,
    sum(purchase) AS with_purchase,
    sum(event_count) AS events,
    sum(duration) AS duration_ms,
    now64(3, 'UTC') AS computed_at
FROM
(
    SELECT
        toStartOfHour(toDateTime(session_start)) AS hour,
        ifNull(user_segment, '') AS user_segment,
        ifNull(country, '') AS country,
        ifNull(device_type, '') AS device_type,
        toUInt64(1) AS one,
        toUInt64(is_bounce) AS bounce,
        toUInt64(is_engaged) AS engagement,
        toUInt64(purchases > 0) AS purchase,
        event_count,
        duration_ms AS duration
    FROM sessions_latest
    WHERE session_start >= toStartOfHour(now('UTC') - INTERVAL 2 DAY)
    UNION ALL
    SELECT
        toStartOfHour(now('UTC')) - toIntervalHour(number),
        '', '', '',
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0)
    FROM numbers(49)
)
GROUP BY hour, user_segment, country, device_type;

-- Of every hour what was computed last, and nothing of what was computed before.
CREATE VIEW IF NOT EXISTS sessions_hourly AS
SELECT * EXCEPT (computed_at)
FROM sessions_hourly_computed FINAL
WHERE (hour, computed_at) IN (SELECT hour, max(computed_at) FROM sessions_hourly_computed GROUP BY hour)
    AND sessions > 0;
