-- How many sessions come as far as this.
SELECT
    steps.1 AS step,
    steps.2 AS sessions,
    round(100 * sessions / total, 1) AS percent
FROM
(
    SELECT
        count() AS total,
        arrayJoin([
            ('1 session', count()),
            ('2 product seen', countIf(product_views > 0)),
            ('3 added to cart', countIf(cart_adds > 0)),
            ('4 checkout', countIf(checkouts > 0)),
            ('5 purchase', countIf(purchases > 0))]) AS steps
    FROM sessions_latest
)
ORDER BY step
