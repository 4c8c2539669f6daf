-- what:   What is said to happen after the day of publication, the 1,000 soonest first
-- reads:  mart.dates_mentioned, mart.articles
-- Chosen before paragraphs are fetched: texts are read of these articles alone.
WITH soonest AS MATERIALIZED (
    SELECT dates.article_id, dates.value, dates."text", dates.publisher, dates.published_date, dates.paragraph
    FROM lake.mart.dates_mentioned AS dates
    WHERE dates.paragraph >= 0 AND try_cast(dates.value AS DATE) > dates.published_date
    ORDER BY dates.value, dates.publisher, dates.article_id, dates.number
    LIMIT 1000
)
SELECT DISTINCT
    soonest.value AS falls_on,
    soonest."text" AS as_written,
    soonest.publisher,
    soonest.published_date,
    articles.body[soonest.paragraph + 1] AS paragraph
FROM soonest
JOIN lake.mart.articles AS articles USING (article_id)
ORDER BY falls_on, publisher, paragraph
