-- what:   How much of the coverage a search finds, period by period
-- title:  Course
-- reads:  trend
-- column period: first day of the period
-- column articles: articles found
-- column share: of all articles of the period
-- column all_articles: all articles of the period that are in the index
-- column estimated: articles, divided by completeness day by day and publisher by publisher
-- column completeness_share: of the listed addresses of the period, those with an article
SELECT period, articles, share, all_articles, estimated_articles AS estimated, completeness AS completeness_share
FROM trend($query, "by" := $by, outlet := $outlet, since := $since, until := $until)
ORDER BY period
