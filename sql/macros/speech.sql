-- what:   what people say, as spoken and in the reporter's words, of every reading of a text
-- macro:  speech()
-- example: speech()
-- grain:  one row per piece of direct or indirect speech
-- reads:  staging.quotes, staging.statements
-- column capture_id: WARC-Record-ID of the capture
-- column extractor: name and version of what read the text
-- column annotator: names and versions of the enrichers
-- column place: from 0 within the article, quotes and statements each
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column text: the words
-- column speaker: speaker as written
-- column speaker_name: the full name, resolved
-- column speaker_type: person, organisation, anonymous or crowd
-- column verb: verb of saying
SELECT
    quotes.capture_id, quotes.extractor, quotes.annotator, quotes.number AS place, 'quote' AS form, quotes."text",
    quotes.speaker, quotes.speaker_name, quotes.speaker_type, quotes.verb
FROM lake.staging.quotes AS quotes
UNION ALL
SELECT
    statements.capture_id, statements.extractor, statements.annotator, statements.number, 'statement', statements."text",
    statements.speaker, statements.speaker_name, statements.speaker_type, statements.verb
FROM lake.staging.statements AS statements
