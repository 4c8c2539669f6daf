-- what:   What pages fetched in the period hold less often than those of the four weeks before: a page that changed, or a reader that fails
-- title:  Fields that pages lost
-- reads:  mart.field_shares
-- column publisher: whose pages they are
-- column field: what is looked for
-- column pages: pages of the period
-- column share: of these, with the field
-- column usual_share: the same in the four weeks before
WITH counted AS (
    SELECT publisher, field,
           sum(page_count) FILTER (captured_date >= $since) AS pages,
           sum(held_count) FILTER (captured_date >= $since) / nullif(sum(page_count) FILTER (captured_date >= $since), 0) AS share,
           sum(page_count) FILTER (captured_date < $since) AS earlier,
           sum(held_count) FILTER (captured_date < $since) / nullif(sum(page_count) FILTER (captured_date < $since), 0) AS usual_share
    FROM field_shares
    WHERE captured_date BETWEEN $since - 28 AND $until
    GROUP BY publisher, field
)
SELECT publisher, field, pages::BIGINT AS pages, share, usual_share
FROM counted
WHERE pages >= 8 AND earlier >= 24 AND usual_share - share >= 0.3
ORDER BY usual_share - share DESC, publisher, field
LIMIT 30
