-- what:   every calendar expression in an article as it stands now, normalised
-- grain:  one row per calendar expression, current articles only
-- key:    article_id, number
-- reads:  staging.dates, mart.article_facts
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column text: as written
-- column value: 2026-01-15, 2026-05, 2026, 2026-Q1 or an interval with a slash
-- column paragraph: body paragraph from 0; -1 headline, -2 and below captions
-- column start: first character
-- column end: one past the last character
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said."text", said.value, said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.dates AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
