-- what:   What there is to look at
-- title:  Corpus
-- reads:  staging.search_texts
-- column articles: texts in the index
-- column first: first day of publication
-- column last: last day of publication
SELECT count(*) AS articles, min(published_date) AS first, max(published_date) FILTER (published_date <= $today) AS last
FROM lake.staging.search_texts
WHERE outcome = 'ok'
