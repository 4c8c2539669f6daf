-- what:   every clause of indirect speech in an article as it stands now, with its speaker; direct speech is in mart.quotes
-- grain:  one row per stated clause, current articles only
-- key:    article_id, number
-- reads:  staging.statements, staging.current_annotations, mart.articles
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
    article_id, number, said."text", said.speaker, said.speaker_name, said.speaker_type, said.verb, said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, annotator
FROM lake.staging.statements AS said
JOIN lake.staging.current_annotations USING (capture_id, extractor, annotator)
JOIN lake.mart.articles AS articles USING (article_id, capture_id, extractor)
