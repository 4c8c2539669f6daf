-- what:   every piece of direct speech in an article as it stands now, with its speaker
-- grain:  one row per piece of direct speech, current articles only
-- key:    article_id, number
-- reads:  staging.quotes, mart.article_facts
-- text:   text
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column text: the words, without their marks
-- column speaker: speaker as written
-- column speaker_name: the full name, resolved
-- column speaker_type: person, organisation, anonymous or crowd
-- column verb: verb of saying
-- column paragraph: body paragraph from 0; -1 headline
-- column start: first character, mark included
-- column end: one past the last character, mark included
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said."text", said.speaker, said.speaker_name, said.speaker_type, said.verb, said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.quotes AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
