-- What the table looks like, for Prometheus to scrape: SELECT * FROM loader_metrics FORMAT Prometheus. Where the server
-- gives system tables to nobody (select_from_system_db_requires_grant), GRANT SELECT ON system.parts first.
CREATE VIEW IF NOT EXISTS loader_metrics AS
SELECT
    metric.1 AS name,
    metric.2 AS value,
    metric.3 AS help,
    'gauge' AS type
FROM
(
    SELECT arrayJoin([
        ('clickstream_table_newest_emitted_seconds', newest, 'When the newest session was emitted, seconds since 1970.'),
        ('clickstream_table_rows', rows, 'Rows of the sessions table, of all revisions that are not merged yet.'),
        ('clickstream_table_parts', parts, 'Active parts of the sessions table.'),
        ('clickstream_table_bytes', bytes, 'Bytes on disk of the sessions table.')]) AS metric
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
)
-- While a replay loads old sessions alone, nothing is known of the newest.
WHERE metric.2 > 0 OR metric.1 != 'clickstream_table_newest_emitted_seconds';
