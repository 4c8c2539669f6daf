-- what:   What is said to happen after the day of publication, the 1,000 soonest first
-- reads:  mart.dates_mentioned, mart.article_facts, staging.articles
-- Chosen before paragraphs are fetched: texts are read of these articles alone.
WITH soonest AS MATERIALIZED (
    SELECT dates.article_id, dates.value, dates."text", dates.publisher, dates.published_date, dates.paragraph
    FROM lake.mart.dates_mentioned AS dates
    WHERE dates.paragraph >= 0 AND try_cast(dates.value AS DATE) > dates.published_date
    ORDER BY dates.value, dates.publisher, dates.article_id, dates.number
    LIMIT 1000
),
asked AS MATERIALIZED (
    SELECT soonest.*, facts.capture_id, facts.extractor, facts.attempt, facts.captured_at
    FROM soonest
    JOIN lake.mart.article_facts AS facts ON facts.article_id = soonest.article_id
)
SELECT DISTINCT
    asked.value AS falls_on,
    asked."text" AS as_written,
    asked.publisher,
    asked.published_date,
    articles.body[asked.paragraph + 1] AS paragraph
FROM asked
JOIN lake.staging.articles AS articles
    ON articles.capture_id = asked.capture_id AND articles.extractor = asked.extractor
    AND coalesce(articles.attempt, 1) = asked.attempt AND articles.captured_at = asked.captured_at
ORDER BY falls_on, asked.publisher, paragraph, as_written
