-- what:   What came in of each publisher, against what it listed and against its usual number in the four weeks before
-- title:  What came in
-- reads:  mart.completeness
-- column publisher: the source; for portals, imports and lists the organisation that the article names
-- column listed: addresses that it listed for the period
-- column articles: of these, read into articles
-- column share: articles of listed
-- column usual: its median day of the four weeks before, times the days of the period; empty where fewer than five days are known
-- column missing: listed addresses without an article
-- column why: reasons for the missing ones
WITH days AS (
    SELECT publisher, news_date, listed_count, extracted_count, missing_count, reasons
    FROM completeness
    WHERE news_date BETWEEN $since - 28 AND $until
),
came AS (
    SELECT publisher, sum(listed_count)::BIGINT AS listed, sum(extracted_count)::BIGINT AS articles,
           sum(missing_count)::BIGINT AS missing
    FROM days WHERE news_date >= $since GROUP BY publisher
),
usual AS (
    SELECT publisher, CASE WHEN count(*) >= 5 THEN median(extracted_count) * ($until - $since + 1) END AS usual
    FROM days WHERE news_date < $since GROUP BY publisher
),
why AS (
    SELECT publisher, string_agg(reason || ' ' || missing, ', ' ORDER BY missing DESC, reason) AS why
    FROM (
        SELECT publisher, entry.key AS reason, sum(entry.value)::BIGINT AS missing
        FROM (SELECT publisher, unnest(map_entries(reasons)) AS entry FROM days WHERE news_date >= $since)
        GROUP BY ALL
    )
    GROUP BY publisher
)
SELECT
    publisher,
    coalesce(came.listed, 0) AS listed,
    coalesce(came.articles, 0) AS articles,
    came.articles / nullif(came.listed, 0) AS share,
    usual.usual,
    coalesce(came.missing, 0) AS missing,
    why.why
FROM came
FULL JOIN usual USING (publisher)
LEFT JOIN why USING (publisher)
WHERE came.publisher IS NOT NULL OR usual.usual >= 1
ORDER BY coalesce(came.articles, 0) < 0.5 * coalesce(usual.usual, 0) DESC, articles DESC, publisher
