-- what:   What was listed and is not here, and why
-- reads:  staging.fate_counts
SELECT publisher, news_date, fate AS reason, listed_count AS count, example_url AS example
FROM lake.staging.fate_counts
WHERE NOT is_article
ORDER BY publisher, news_date, reason
