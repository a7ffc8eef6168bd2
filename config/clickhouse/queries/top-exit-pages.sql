-- Where sessions end, and how many of these without a purchase.
SELECT
    cutQueryString(exit_page) AS page,
    count() AS sessions,
    countIf(purchases = 0) AS without_purchase
FROM sessions_latest
WHERE exit_page IS NOT NULL
GROUP BY page
ORDER BY sessions DESC
LIMIT 10
