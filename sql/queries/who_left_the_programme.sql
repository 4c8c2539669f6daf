-- what:   Who left the Blue Sail (푸른돛) programme: how each outlet first put it, in the first 200 articles about it
-- reads:  matching, mart.article_facts, staging.articles
WITH found AS MATERIALIZED (
    SELECT facts.article_id, facts.publisher, facts.published_at, facts.capture_id, facts.extractor, facts.attempt, facts.captured_at
    FROM lake.matching('푸른돛|"Blue Sail"') AS hits
    JOIN (
        SELECT article_id, publisher, published_at, capture_id, extractor, attempt, captured_at
        FROM lake.mart.article_facts
        WHERE portal IS NULL
    ) AS facts ON facts.article_id = hits.article_id
    ORDER BY facts.published_at, facts.article_id
    LIMIT 200
),
texts AS MATERIALIZED (
    SELECT found.article_id, found.publisher, found.published_at, articles.body
    FROM found
    JOIN lake.staging.articles AS articles
        ON articles.capture_id = found.capture_id AND articles.extractor = found.extractor
        AND coalesce(articles.attempt, 1) = found.attempt AND articles.captured_at = found.captured_at
)
SELECT
    strftime(timezone('Asia/Seoul', published_at), '%m-%d %H:%M') AS seoul_time,
    publisher,
    trim(regexp_extract(
        paragraph, '[^.]*(탈락|떨어졌|포기|신청하지 않|나서지 않|eliminated|turned down|would not apply|cut from)[^.]*\.?'
    )) AS in_its_words
FROM (SELECT *, unnest(body) AS paragraph, generate_subscripts(body, 1) AS number FROM texts)
WHERE in_its_words <> ''
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY number) = 1
ORDER BY published_at, publisher
