-- what:   every clause of indirect speech in an article as it stands now, with its speaker; direct speech is in mart.quotes
-- grain:  one row per stated clause, current articles only
-- key:    article_id, number
-- reads:  staging.statements, mart.article_facts
-- text:   text
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column text: the stated clause, in the reporter's words
-- column speaker: speaker as written; null where the sentence leaves it out
-- column speaker_name: the full name, resolved
-- column speaker_type: person, organisation, anonymous or crowd
-- column verb: verb of saying; null behind 에 따르면 and nouns of saying
-- column paragraph: body paragraph from 0; -1 headline, -2 and below captions
-- column start: first character
-- column end: one past the last character
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said."text", said.speaker, said.speaker_name, said.speaker_type, said.verb, said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.statements AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
