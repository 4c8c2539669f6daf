-- what:   every organisation named in an article as it stands now
-- grain:  one row per article and organisation named in it, current articles only
-- key:    article_id, number
-- reads:  staging.organisations, mart.article_facts
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column name: name that the article uses most
-- column aliases: its other names in the article
-- column mentions: where the name stands: body paragraph from 0, -1 headline, -2 and below captions; start and end in characters
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said.name, said.aliases, said.mentions, said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.organisations AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
