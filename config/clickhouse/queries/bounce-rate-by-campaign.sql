-- How many visitors of a campaign leave after one page, of those who saw any.
SELECT
    ifNull(utm_campaign, 'none') AS campaign,
    count() AS sessions,
    round(100 * avg(is_bounce), 1) AS bounce_percent
FROM sessions_latest
GROUP BY campaign
ORDER BY sessions DESC
LIMIT 10
