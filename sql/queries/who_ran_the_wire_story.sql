-- what:   Who ran whose copy: articles that share sentences word for word with an earlier one
-- reads:  mart.articles
WITH sentences AS (
    SELECT
        article_id, publisher, portal, published_at, title,
        trim(unnest(regexp_extract_all(array_to_string(body, chr(10)), '[^.!?\n]+[.!?]'))) AS text
    FROM lake.mart.articles
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY article_id) AS sentence_count FROM sentences WHERE length(text) >= 20
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
        count(DISTINCT copy.text) AS shared_count,
        any_value(copy.sentence_count) AS sentence_count
    FROM counted AS copy
    JOIN counted AS original
        ON copy.text = original.text
        AND copy.article_id <> original.article_id
        AND (original.published_at, original.portal IS NOT NULL, original.article_id)
            < (copy.published_at, copy.portal IS NOT NULL, copy.article_id)
    GROUP BY copy.article_id, original.article_id
    HAVING count(DISTINCT copy.text) >= 3
)
SELECT
    original_publisher AS first_ran_by,
    coalesce(portal, publisher) AS ran_by,
    date_diff('minute', original_at, published_at) AS minutes_later,
    shared_count || '/' || sentence_count AS shared,
    title
FROM shared
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY original_at, shared_count DESC, original_id) = 1
ORDER BY first_ran_by, original_at, minutes_later, ran_by, title
