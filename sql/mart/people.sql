-- what:   every person named in an article as it stands now, with organisation and role as stated there
-- grain:  one row per article and person named in it, current articles only
-- key:    article_id, number
-- reads:  staging.people, mart.article_facts
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column name: full name as written
-- column org: organisation as the article states it near the name
-- column role: role as the article states it near the name
-- column is_former: the article says 전 or former
-- column mentions: where the name stands: body paragraph from 0, -1 headline, -2 and below captions; start and end in characters
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said.name, said.org, said.role, said.is_former, said.mentions, said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.people AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
