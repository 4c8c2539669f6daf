-- what:   What the person or organisation is quoted with, newest first
-- title:  Quotations
-- reads:  quotes_by, mart.rights
-- column date: day of publication
-- column speaker: the full name where it is known, else as written
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column words: what was said
-- column publisher: the news organisation
-- column article_id: stable id of the article
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- text:   words
WITH said AS MATERIALIZED (
    FROM quotes_by($person, most := $most)
)
SELECT
    said.published_date AS date, coalesce(said.speaker_name, said.speaker) AS speaker, said.form, said."text" AS words, said.publisher,
    said.article_id, read.rights_redistribution AS redistribution, read.rights_reproduction AS reproduction
FROM said
LEFT JOIN indexed_texts() AS texts ON texts.article_id = said.article_id
LEFT JOIN lake.staging.articles AS read
    ON read.capture_id = texts.capture_id AND read.extractor = texts.extractor AND read.outcome = 'ok'
WHERE ($since = DATE '0001-01-01' OR said.published_date >= $since)
  AND ($until = DATE '9999-12-31' OR said.published_date <= $until)
ORDER BY said.published_date DESC NULLS LAST, said.article_id, said.form, words
