-- A session without page views is no bounce, and neither the opposite: is_bounce is null. orders_truncated says that a
-- session named more orders than are counted.
ALTER TABLE sessions MODIFY COLUMN is_bounce Nullable(Bool);
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS orders_truncated Bool AFTER products_truncated;

-- Rows of before said that such a session was a bounce.
ALTER TABLE sessions UPDATE is_bounce = NULL WHERE page_views = 0;

-- A view has the columns that its table had when it was made.
CREATE OR REPLACE VIEW sessions_latest AS
SELECT * EXCEPT (is_deleted, superseded_by)
FROM sessions FINAL
WHERE is_deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- A bounce rate is bounces / with_page_view. Hours computed before have 0 there until they are computed once more.
ALTER TABLE sessions_hourly_computed ADD COLUMN IF NOT EXISTS with_page_view UInt64 AFTER bounces;

-- As in 003, with the sessions that can be a bounce.
DROP VIEW IF EXISTS sessions_hourly_refresh;

CREATE MATERIALIZED VIEW sessions_hourly_refresh
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
    sum(view) AS with_page_view,
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
        toUInt64(ifNull(is_bounce, false)) AS bounce,
        toUInt64(page_views > 0) AS view,
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
        toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0)
    FROM numbers(49)
)
GROUP BY hour, user_segment, country, device_type;

-- Of every hour what was computed last, and nothing of what was computed before.
CREATE OR REPLACE VIEW sessions_hourly AS
SELECT * EXCEPT (computed_at)
FROM sessions_hourly_computed FINAL
WHERE (hour, computed_at) IN (SELECT hour, max(computed_at) FROM sessions_hourly_computed GROUP BY hour)
    AND sessions > 0;
