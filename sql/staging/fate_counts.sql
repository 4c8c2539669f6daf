-- what:   how many addresses had which fate, by publisher and day, with one of them: what completeness is counted from
-- grain:  one row per publisher, day and fate
-- key:    publisher, news_date, fate, is_article
-- reads:  staging.fates
-- kept:   yes
-- rule:   fetched_count <= listed_count
-- sum:    sum(listed_count) = (SELECT count(*) FROM lake.staging.fates)
-- column publisher: as in staging.fates
-- column news_date: day of publication or of listing, as in staging.fates
-- column fate: article, or why there is none
-- column is_article: an article was read
-- column listed_count: listed addresses with this fate
-- column fetched_count: of those, pages that lie in the WARC files
-- column example_url: the first of the addresses in order
SELECT
    publisher, news_date, fate, is_article, count(*) AS listed_count, count(*) FILTER (is_fetched) AS fetched_count,
    min(url) AS example_url
FROM lake.staging.fates
GROUP BY publisher, news_date, fate, is_article
