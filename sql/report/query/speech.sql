-- what:   Who says what about it, newest first; the words only where the article's rights let them be passed on
-- title:  What is said about it
-- reads:  quotes_about, mart.rights
-- column speaker: the full name where it is known, else as written
-- column kind: person, organisation, anonymous or crowd
-- column form: quote (the words as spoken) or statement (in the reporter's words)
-- column words: what is said; empty where the rights of the article do not let it be passed on
-- column publisher: the news organisation
-- column date: day of publication
-- column url: address of the article
SELECT
    coalesce(said.speaker_name, said.speaker) AS speaker, said.speaker_type AS kind, said.form,
    CASE WHEN rights.redistribution = 'allowed' THEN said.text END AS words,
    said.publisher, said.published_date AS date, rights.url
FROM quotes_about($query) AS said
LEFT JOIN rights USING (article_id)
WHERE said.published_date BETWEEN $since AND $until
ORDER BY said.published_date DESC, speaker, said.text
LIMIT 60
