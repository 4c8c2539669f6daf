-- what:   the telling terms of each article as it stands now, best first
-- grain:  one row per article and term, current articles only
-- key:    article_id, number
-- reads:  staging.keywords, staging.current_annotations, mart.articles
-- column article_id: stable id of the article
-- column number: rank within the article, from 0
-- column term: term
-- column weight: comparable within one article; the best has 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    article_id, number, said.term, said.weight,
    articles.publisher, articles.published_date, articles.title, annotator
FROM lake.staging.keywords AS said
JOIN lake.staging.current_annotations USING (capture_id, extractor, annotator)
JOIN lake.mart.articles AS articles USING (article_id, capture_id, extractor)
