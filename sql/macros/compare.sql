-- what:   two searches side by side, period by period, and how their shares of coverage go together
-- macro:  compare(query_a, query_b, by := 'day')
-- parameter query_a: as in search()
-- parameter query_b: as in search()
-- parameter by: length of a period: day, week, month, quarter or year
-- example: compare('네이버', '카카오')
-- grain:  one row per period in which anything was published, in order
-- reads:  trend
-- column period: first day of the period, publisher's zone
-- column articles_a: articles that the first search finds
-- column articles_b: articles that the second finds
-- column share_a: articles_a of all articles of the period, 0 to 1
-- column share_b: articles_b of all articles of the period, 0 to 1
-- column correlation: Pearson's, of both shares over all periods, -1 to 1; the same in every row; null below three periods
SELECT
    a.period, a.articles AS articles_a, b.articles AS articles_b, a.share AS share_a, b.share AS share_b,
    CASE WHEN count(*) OVER () > 2 AND stddev_pop(a.share) OVER () > 0 AND stddev_pop(b.share) OVER () > 0
        THEN corr(a.share, b.share) OVER () END AS correlation
FROM lake.mart.trend(query_a, by := "by") AS a
JOIN lake.mart.trend(query_b, by := "by") AS b ON b.period = a.period
ORDER BY a.period
