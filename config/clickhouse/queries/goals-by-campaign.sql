-- Which campaigns bring sessions that reach a goal.
SELECT
    ifNull(utm_campaign, 'none') AS campaign,
    goal,
    uniqExact(session_id) AS reached,
    round(100 * reached / any(campaigns.sessions), 1) AS percent
FROM goals_latest
INNER JOIN
(
    SELECT ifNull(utm_campaign, 'none') AS campaign, count() AS sessions FROM sessions_latest GROUP BY campaign
) AS campaigns ON campaigns.campaign = ifNull(goals_latest.utm_campaign, 'none')
GROUP BY campaign, goal
ORDER BY reached DESC, campaign
LIMIT 10
