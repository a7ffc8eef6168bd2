-- Sessions by the hour in which they began and the visitor's segment, from the aggregate.
SELECT
    hour,
    if(user_segment = '', 'unknown', user_segment) AS segment,
    sum(sessions) AS sessions,
    round(100 * sum(engaged) / sum(sessions), 1) AS engaged_percent,
    round(sum(duration_ms) / sum(sessions) / 1000, 1) AS seconds
FROM sessions_hourly
GROUP BY hour, segment
ORDER BY hour DESC, sessions DESC
LIMIT 10
