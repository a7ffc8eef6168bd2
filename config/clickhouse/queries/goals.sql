-- How many sessions reach each goal, how soon, and what it comes to; exact, since values are decimals.
SELECT
    goal,
    currency,
    count() AS sessions,
    round(100 * sessions / (SELECT count() FROM sessions_latest), 1) AS percent,
    round(avg(dateDiff('second', session_start, first_at)), 1) AS seconds_until,
    sum(value) AS total
FROM goals_latest
GROUP BY goal, currency
ORDER BY sessions DESC
