-- what:   How much of the coverage the search finds, day by day
-- title:  Course
-- reads:  trend
-- column day: day of publication
-- column articles: articles found
-- column share: of all articles of the day
-- column all_articles: all articles of the day that are in the index
SELECT period AS day, articles, share, all_articles
FROM trend($query, since := $since, until := $until)
ORDER BY period
