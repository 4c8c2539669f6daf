-- what:   What was listed and is not here, and why
-- reads:  staging.fates
SELECT publisher, news_date, fate AS reason, count(*) AS count, min(url) AS example
FROM lake.staging.fates
WHERE NOT is_article
GROUP BY publisher, news_date, fate
ORDER BY publisher, news_date, reason
