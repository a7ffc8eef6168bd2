-- Milliseconds of engagement, null where session.engagement does not say how to tell them.
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS engaged_ms Nullable(UInt64) AFTER late_event_count;

-- A view has the columns that its table had when it was made.
CREATE OR REPLACE VIEW sessions_latest AS
SELECT * EXCEPT (is_deleted, superseded_by)
FROM sessions FINAL
WHERE is_deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- For dashboards: sessions that reached a goal, by the hour in which they began. A session that reached two goals is
-- counted with both. Empty until settings define goals: then clickstream migrate makes what fills it (goals.sql).
CREATE TABLE IF NOT EXISTS goals_hourly_computed
(
    hour         DateTime('UTC'),
    goal         String,
    currency     String,
    user_segment String,
    country      String,
    device_type  String,
    sessions     UInt64,
    times        UInt64,
    value        Decimal(76, 18),
    computed_at  DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toYYYYMM(hour)
ORDER BY (hour, goal, currency, user_segment, country, device_type);

-- Of every hour what was computed last, and nothing of what was computed before.
CREATE VIEW IF NOT EXISTS goals_hourly AS
SELECT * EXCEPT (computed_at)
FROM goals_hourly_computed FINAL
WHERE (hour, computed_at) IN (SELECT hour, max(computed_at) FROM goals_hourly_computed GROUP BY hour)
    AND sessions > 0;

-- As in 004, with the sessions of the last day, all of them and by goal.
CREATE OR REPLACE VIEW loader_metrics AS
SELECT
    metric.1 AS name,
    metric.2 AS value,
    metric.3 AS help,
    'gauge' AS type,
    metric.4 AS labels
FROM
(
    SELECT arrayJoin([
        ('clickstream_table_newest_emitted_seconds', newest, 'When the newest session was emitted, seconds since 1970.', CAST(map(), 'Map(String, String)')),
        ('clickstream_table_rows', rows, 'Rows of the sessions table, of all revisions that are not merged yet.', CAST(map(), 'Map(String, String)')),
        ('clickstream_table_parts', parts, 'Active parts of the sessions table.', CAST(map(), 'Map(String, String)')),
        ('clickstream_table_bytes', bytes, 'Bytes on disk of the sessions table.', CAST(map(), 'Map(String, String)'))]) AS metric
    FROM
    (
        SELECT
            assumeNotNull((SELECT toFloat64(max(emitted_at)) FROM sessions
                WHERE session_start >= now('UTC') - INTERVAL 1 DAY)) AS newest,
            toFloat64(sum(rows)) AS rows,
            toFloat64(count()) AS parts,
            toFloat64(sum(bytes_on_disk)) AS bytes
        FROM system.parts
        WHERE active AND database = currentDatabase() AND table = 'sessions'
    )
    UNION ALL
    SELECT ('clickstream_day_sessions', toFloat64(sum(sessions)), 'Sessions that began in the last 24 hours.', CAST(map(), 'Map(String, String)'))
    FROM sessions_hourly_computed FINAL
    WHERE (hour, computed_at) IN (
        SELECT hour, max(computed_at) FROM sessions_hourly_computed
        WHERE hour >= toStartOfHour(now('UTC') - INTERVAL 1 DAY) GROUP BY hour)
    UNION ALL
    SELECT ('clickstream_day_goal_sessions', toFloat64(sum(sessions)), 'Sessions that began in the last 24 hours and reached the goal.', CAST(map('goal', goal), 'Map(String, String)'))
    FROM goals_hourly_computed FINAL
    WHERE goal != '' AND (hour, computed_at) IN (
        SELECT hour, max(computed_at) FROM goals_hourly_computed
        WHERE hour >= toStartOfHour(now('UTC') - INTERVAL 1 DAY) GROUP BY hour)
    GROUP BY goal
)
-- While a replay loads old sessions alone, nothing is known of the newest.
WHERE metric.2 > 0 OR metric.1 != 'clickstream_table_newest_emitted_seconds';
