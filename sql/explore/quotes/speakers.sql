-- what:   Who is quoted most, by full name
-- title:  Speakers
-- reads:  staging.quotes, indexed_texts
-- column speaker: the full name
-- column quotes: pieces of direct speech
-- column articles: articles that quote them
-- column outlets: news organisations that do
-- column first: first day of publication
-- column last: last day of publication
SELECT
    said.speaker_name AS speaker, count(*) AS quotes, count(DISTINCT texts.number) AS articles,
    count(DISTINCT texts.publisher) AS outlets, min(texts.published_date) AS first, max(texts.published_date) AS last
FROM lake.staging.quotes AS said
JOIN indexed_texts() AS texts
    ON texts.capture_id = said.capture_id AND texts.extractor = said.extractor AND texts.annotator = said.annotator
WHERE said.speaker_name IS NOT NULL
  AND ($since = DATE '0001-01-01' OR texts.published_date >= $since)
  AND ($until = DATE '9999-12-31' OR texts.published_date <= $until)
GROUP BY said.speaker_name
ORDER BY quotes DESC, speaker
LIMIT 60
