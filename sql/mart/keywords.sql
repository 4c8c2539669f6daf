-- what:   the telling terms of each article as it stands now, best first
-- grain:  one row per article and term, current articles only
-- key:    article_id, number
-- reads:  staging.keywords, mart.article_facts
-- column article_id: stable id of the article
-- column number: rank within the article, from 0
-- column term: term
-- column weight: comparable within one article; the best has 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said.term, said.weight,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.keywords AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
