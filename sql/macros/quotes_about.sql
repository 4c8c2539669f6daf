-- what:   what is said with the words of a search in it, directly or indirectly, newest first
-- macro:  quotes_about(query, most := 200)
-- parameter query: as in search()
-- parameter most: so many, the newest
-- example: quotes_about('네이버')
-- grain:  one row per piece of speech
-- reads:  matching, staging.search_texts, speech
-- column article_id: stable id of the article
-- column published_date: day of publication in the publisher's zone
-- column publisher: the news organisation
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column text: the words
-- column speaker: speaker as written
-- column speaker_name: the full name, resolved
-- column speaker_type: person, organisation, anonymous or crowd
-- column verb: verb of saying
-- text:   text
WITH found AS MATERIALIZED (
    SELECT hits.number, hits.publisher, hits.published_date, hits.article_id, hits.marks, texts.capture_id, texts.extractor, texts.annotator
    FROM lake.mart.matching(query) AS hits
    JOIN lake.staging.search_texts AS texts ON texts.number = hits.number
)
SELECT
    found.article_id, found.published_date, found.publisher, said.form, said."text", said.speaker, said.speaker_name,
    said.speaker_type, said.verb
FROM lake.mart.speech() AS said
JOIN found
    ON found.capture_id = said.capture_id AND found.extractor = said.extractor AND found.annotator = said.annotator
WHERE regexp_matches(said."text", found.marks)
ORDER BY found.published_date DESC NULLS LAST, found.article_id, said.form, said.place
LIMIT most
