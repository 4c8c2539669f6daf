-- what:   Who ran whose copy: articles that share paragraphs word for word with an earlier one
-- reads:  mart.articles
WITH paragraphs AS (
    SELECT article_id, publisher, portal, published_at, title, len(body) AS paragraph_count, text
    FROM (SELECT *, unnest(body) AS text FROM lake.mart.articles)
    WHERE length(text) >= 40
),
shared AS (
    SELECT
        copy.article_id,
        any_value(copy.publisher) AS publisher,
        any_value(copy.portal) AS portal,
        any_value(copy.title) AS title,
        any_value(copy.published_at) AS published_at,
        original.article_id AS original_id,
        any_value(original.publisher) AS original_publisher,
        any_value(original.published_at) AS original_at,
        count(DISTINCT copy.text) AS shared_paragraphs,
        any_value(copy.paragraph_count) AS paragraphs
    FROM paragraphs AS copy
    JOIN paragraphs AS original
        ON copy.text = original.text
        AND copy.article_id <> original.article_id
        AND (original.published_at, original.portal IS NOT NULL, original.article_id)
            < (copy.published_at, copy.portal IS NOT NULL, copy.article_id)
    GROUP BY copy.article_id, original.article_id
)
SELECT
    original_publisher AS first_ran_by,
    coalesce(portal, publisher) AS ran_by,
    date_diff('minute', original_at, published_at) AS minutes_later,
    shared_paragraphs || '/' || paragraphs AS shared,
    title
FROM shared
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY original_at, original_id) = 1
ORDER BY first_ran_by, original_at, minutes_later, ran_by
