-- Not one of the numbered files: clickstream migrate applies it where settings define goals, with a line for each goal
-- in the place of the comment in the list.
--
-- The goals that sessions reached, as they are now: of each session a row for each of its goals.
CREATE OR REPLACE VIEW goals_latest AS
SELECT
    session_id,
    session_start,
    visitor_kind,
    visitor_id,
    app_id,
    utm_source,
    utm_medium,
    utm_campaign,
    device_type,
    country,
    user_segment,
    reached.1 AS goal,
    reached.2 AS times,
    reached.3 AS value,
    reached.4 AS currency,
    reached.5 AS first_at
FROM sessions_latest
ARRAY JOIN CAST(
    [/* goals */],
    'Array(Tuple(String, UInt64, Nullable(Decimal(76, 18)), Nullable(String), Nullable(DateTime64(3, \'UTC\'))))') AS reached
WHERE reached.2 > 0;

-- As sessions_hourly_refresh: every minute the last two days anew, at a cost that does not grow with the table. After a
-- replay of older clicks, compute their hours once by hand:
--   INSERT INTO goals_hourly_computed SELECT ... as below, with another range.
-- The second part has a row of every hour: one whose goals were all retracted counts 0.
CREATE MATERIALIZED VIEW IF NOT EXISTS goals_hourly_refresh
REFRESH EVERY 1 MINUTE APPEND
TO goals_hourly_computed
AS
SELECT
    hour,
    goal,
    currency,
    user_segment,
    country,
    device_type,
    sum(one) AS sessions,
    sum(count) AS times,
    sum(amount) AS value,
    now64(3, 'UTC') AS computed_at
FROM
(
    SELECT
        toStartOfHour(toDateTime(session_start)) AS hour,
        goal,
        ifNull(currency, '') AS currency,
        ifNull(user_segment, '') AS user_segment,
        ifNull(country, '') AS country,
        ifNull(device_type, '') AS device_type,
        toUInt64(1) AS one,
        times AS count,
        ifNull(value, toDecimal256(0, 18)) AS amount
    FROM goals_latest
    WHERE session_start >= toStartOfHour(now('UTC') - INTERVAL 2 DAY)
    UNION ALL
    SELECT
        toStartOfHour(now('UTC')) - toIntervalHour(number),
        '', '', '', '', '',
        toUInt64(0), toUInt64(0), toDecimal256(0, 18)
    FROM numbers(49)
)
GROUP BY hour, goal, currency, user_segment, country, device_type;
