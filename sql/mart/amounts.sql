-- what:   every amount in an article as it stands now: money, shares, counts, measures, with value and unit
-- grain:  one row per number with a unit, current articles only
-- key:    article_id, number
-- reads:  staging.amounts, mart.article_facts
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column text: as written, an interval whole
-- column kind: money, percentage, percentage_point, count, measure, multiple or fraction
-- column value: in the unit; of an interval the lower end
-- column value_to: upper end of an interval, else null
-- column unit: ISO 4217 (money), UCUM (measures), English noun (counts); null = not told
-- column qualifier: about, at_least, over, at_most or under; null = exact as written
-- column paragraph: body paragraph from 0; -1 headline, -2 and below captions
-- column start: first character
-- column end: one past the last character
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said."text", said.kind, said.value, said.value_to, said.unit, said.qualifier, said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.amounts AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
