-- what:   how much of what was listed is here, and why the rest is not: the denominator of every count
-- grain:  one row per publisher and day of the news
-- key:    publisher, news_date
-- reads:  staging.fate_counts
-- rule:   listed_count = extracted_count + missing_count
-- rule:   coalesce(list_sum(map_values(reasons)), 0) = missing_count
-- sum:    sum(listed_count) = (SELECT sum(listed_count) FROM lake.staging.fate_counts)
-- column publisher: the source; for portals, imports and URL lists the organisation that the article names
-- column news_date: day of publication as the page or the listing states it, else the day of listing; publisher's zone
-- column listed_count: URLs and saved inputs listed
-- column fetched_count: of those, with a page in the WARC files
-- column extracted_count: of those, with an article
-- column missing_count: without an article; listed_count = extracted_count + missing_count
-- column extracted_share: extracted_count of listed_count, 0 to 1
-- column reasons: why the missing ones are missing: reason -> count; the counts add up to missing_count
SELECT
    publisher,
    news_date,
    sum(listed_count)::BIGINT AS listed_count,
    sum(fetched_count)::BIGINT AS fetched_count,
    coalesce(sum(listed_count) FILTER (is_article), 0)::BIGINT AS extracted_count,
    coalesce(sum(listed_count) FILTER (NOT is_article), 0)::BIGINT AS missing_count,
    coalesce(sum(listed_count) FILTER (is_article), 0) / sum(listed_count) AS extracted_share,
    map_from_entries(coalesce(
        list({'key': fate, 'value': listed_count} ORDER BY fate) FILTER (NOT is_article), []
    )) AS reasons
FROM lake.staging.fate_counts
GROUP BY publisher, news_date
