-- Sessions by the hour in which they began and the visitor's segment, from the aggregate.
SELECT
    hour,
    if(user_segment = '', 'unknown', user_segment) AS segment,
    sum(sessions) AS total,
    round(100 * sum(engaged) / total, 1) AS engaged_percent,
    round(sum(duration_ms) / total / 1000, 1) AS seconds
FROM sessions_hourly
GROUP BY hour, segment
ORDER BY hour DESC, total DESC
LIMIT 10
