-- what:   which terms tell the news of a day apart, and in what share of a publisher's articles
-- grain:  one row per publisher, day and term
-- key:    publisher, news_date, term
-- reads:  mart.keywords, mart.article_facts
-- rule:   article_count <= annotated_count
-- column publisher: the news organisation
-- column news_date: day of publication in the publisher's zone; the day of capture in UTC where the page states none
-- column term: term
-- column article_count: articles of which it is a telling term
-- column weight: sum of its weights in them; at most article_count
-- column annotated_count: the publisher's articles of that day that have telling terms: the denominator
-- column share: article_count of annotated_count, 0 to 1
WITH said AS (
    SELECT
        articles.publisher, coalesce(articles.published_date, articles.captured_at::DATE) AS news_date,
        article_id, keywords.term, keywords.weight
    FROM lake.mart.keywords AS keywords
    JOIN lake.mart.article_facts AS articles USING (article_id)
),
days AS (
    SELECT publisher, news_date, count(DISTINCT article_id) AS annotated_count
    FROM said
    GROUP BY publisher, news_date
),
terms AS (
    SELECT publisher, news_date, term, count(*) AS article_count, sum(weight) AS weight
    FROM said
    GROUP BY publisher, news_date, term
)
SELECT
    terms.publisher, terms.news_date, terms.term, terms.article_count, terms.weight, days.annotated_count,
    terms.article_count / days.annotated_count AS share
FROM terms
JOIN days
    ON days.publisher IS NOT DISTINCT FROM terms.publisher AND days.news_date = terms.news_date
