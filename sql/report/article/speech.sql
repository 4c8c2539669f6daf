-- what:   Who says what, in the order of the text
-- title:  Said
-- reads:  mart.quotes, mart.statements
-- column speaker: the full name where it is known, else as written
-- column kind: person, organisation, anonymous or crowd
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column words: what is said
-- column verb: verb of saying
SELECT speaker, kind, form, words, verb
FROM (
    SELECT coalesce(speaker_name, speaker) AS speaker, speaker_type AS kind, 'quote' AS form, "text" AS words, verb, paragraph, start
    FROM quotes WHERE article_id = $article
    UNION ALL
    SELECT coalesce(speaker_name, speaker), speaker_type, 'statement', "text", verb, paragraph, start
    FROM statements WHERE article_id = $article
)
ORDER BY paragraph, start
