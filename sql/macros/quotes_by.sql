-- what:   what one person or organisation is quoted with, newest first
-- macro:  quotes_by(person, most := 200)
-- parameter person: full name, or the speaker as articles write it
-- parameter most: so many, the newest
-- example: quotes_by('홍길동')
-- grain:  one row per piece of speech in an article as it stands now
-- reads:  indexed_texts, speech
-- column article_id: stable id of the article
-- column published_date: day of publication in the publisher's zone
-- column publisher: the news organisation
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column text: the words
-- column speaker: speaker as written
-- column speaker_name: the full name, resolved
-- column verb: verb of saying
-- text:   text
WITH said AS MATERIALIZED (
    -- Two comparisons of one column each, which are passed down into the reading, not one of two columns, for which
    -- every row would be unpacked whole.
    SELECT pieces.*
    FROM lake.mart.speech() AS pieces
    WHERE pieces.speaker_name = person
    UNION ALL
    SELECT pieces.*
    FROM lake.mart.speech() AS pieces
    WHERE pieces.speaker = person AND pieces.speaker_name IS DISTINCT FROM person
)
SELECT
    texts.article_id, texts.published_date, texts.publisher, said.form, said."text", said.speaker, said.speaker_name, said.verb
FROM lake.mart.indexed_texts() AS texts
JOIN said ON said.capture_id = texts.capture_id AND said.extractor = texts.extractor AND said.annotator = texts.annotator
ORDER BY texts.published_date DESC NULLS LAST, texts.article_id, said.form, said.place
LIMIT most
