-- What a session is worth, by segment; exact, since revenue is a decimal.
SELECT
    ifNull(user_segment, 'unknown') AS segment,
    count() AS sessions,
    countIf(purchases > 0) AS with_purchase,
    toDecimal64(sum(ifNull(revenue, 0)), 2) AS total,
    round(toFloat64(total) / sessions, 2) AS per_session
FROM sessions_latest
WHERE ifNull(currency, 'EUR') = 'EUR'
GROUP BY segment
ORDER BY total DESC
