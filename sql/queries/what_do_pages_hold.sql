-- what:   What each publisher's pages hold lately, beside the 90 days before: the largest falls first
-- reads:  mart.field_shares
WITH last AS (
    SELECT max(captured_date) AS last_date, arg_max(extractor, captured_date) AS extractor FROM lake.mart.field_shares
),
counted AS (
    SELECT
        publisher, portal, field, captured_date > last_date - 7 AS is_lately,
        sum(held_count) AS held_count, sum(page_count) AS page_count
    FROM lake.mart.field_shares JOIN last USING (extractor)
    WHERE captured_date > last_date - 97 AND publisher IS NOT NULL
    GROUP BY ALL
)
SELECT
    publisher, portal, field,
    sum(page_count) FILTER (is_lately)::BIGINT AS pages_lately,
    round(100 * sum(held_count) FILTER (is_lately) / sum(page_count) FILTER (is_lately))::BIGINT AS percent_lately,
    sum(page_count) FILTER (NOT is_lately)::BIGINT AS pages_before,
    round(100 * sum(held_count) FILTER (NOT is_lately) / sum(page_count) FILTER (NOT is_lately))::BIGINT
        AS percent_before
FROM counted
GROUP BY publisher, portal, field
HAVING count(*) FILTER (is_lately) > 0
ORDER BY percent_before - percent_lately DESC NULLS LAST, percent_lately, publisher, portal, field
LIMIT 40
