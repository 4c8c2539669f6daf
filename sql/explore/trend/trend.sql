-- what:   How much of the coverage the search finds, period by period
-- title:  Course
-- reads:  trend
-- column search: the search
-- column period: first day of the period
-- column articles: articles found
-- column share: of all articles of the period
-- column all_articles: all articles of the period that are in the index
-- column estimated: articles, corrected for what was listed and is not here
-- column completeness_share: share of the listed addresses of the period of which there is an article
SELECT $query AS search, period, articles, share, all_articles, estimated_articles AS estimated, completeness AS completeness_share
FROM trend($query, by := $by, outlet := $publisher, since := $since, until := $until)
ORDER BY period
