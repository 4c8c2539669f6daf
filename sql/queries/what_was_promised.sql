-- what:   What is said to happen after the day of publication, soonest first
-- reads:  mart.dates_mentioned, mart.articles
SELECT DISTINCT
    dates.value AS falls_on,
    dates."text" AS as_written,
    dates.publisher,
    dates.published_date,
    articles.body[dates.paragraph + 1] AS paragraph
FROM lake.mart.dates_mentioned AS dates
JOIN lake.mart.articles AS articles USING (article_id)
WHERE dates.paragraph >= 0 AND try_cast(dates.value AS DATE) > dates.published_date
ORDER BY falls_on, publisher, paragraph
