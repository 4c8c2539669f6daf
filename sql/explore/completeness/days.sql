-- what:   How much of what was listed is here, by publisher and day, and why the rest is not
-- title:  Completeness
-- reads:  mart.completeness
-- column publisher: the source; for portals, imports and lists of addresses the organisation that the article names
-- column day: day of publication as the page or the listing states it, else the day of listing
-- column listed: addresses and saved inputs listed
-- column articles: of those, with an article
-- column missing: without one
-- column share: articles of listed
-- column why: reasons of the missing ones, with their counts
SELECT
    publisher, news_date AS day, listed_count AS listed, extracted_count AS articles, missing_count AS missing, extracted_share AS share,
    array_to_string([one.key || ' ' || one.value FOR one IN map_entries(reasons)], ', ') AS why
FROM completeness
WHERE news_date BETWEEN $since AND $until AND ($publisher = '' OR publisher = $publisher)
ORDER BY publisher, day
