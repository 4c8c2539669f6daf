-- what:   Articles that the search finds, a page of them
-- title:  Articles
-- reads:  matching, staging.search_texts, staging.search_replaced, staging.search_sentences, staging.articles
-- column article: headline
-- column publisher: the news organisation
-- column date: day of publication in the publisher's zone
-- column section: the publisher's own
-- column snippet: the sentence with most of the words, words between « and »
-- column score: BM25
-- column article_id: stable id of the article
-- column url: address
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- text:   snippet
WITH found AS MATERIALIZED (
    $found
),
best AS MATERIALIZED (
    FROM found
    ORDER BY $order found.score DESC NULLS LAST, found.published_date DESC NULLS LAST, found.article_id
    LIMIT $most OFFSET $offset
),
sentences AS (
    SELECT
        best.number,
        any_value(sentences.sentence) FILTER (sentences.place = 0) AS headline,
        any_value(sentences.url) FILTER (sentences.place = 0) AS url,
        any_value(best.marks) AS marks,
        arg_max(
            sentences.sentence,
            len(list_distinct(regexp_extract_all(lower(sentences.sentence), best.marks))) * 1000000 - sentences.place
        ) FILTER (sentences.place > 0) AS sentence
    FROM best
    JOIN lake.staging.search_sentences AS sentences ON sentences.number = best.number
    GROUP BY best.number
),
shown AS (
    SELECT *, greatest(0, coalesce(strpos(lower(sentence), nullif(regexp_extract(lower(sentence), marks), '')), 1) - 60) AS from_char
    FROM sentences
)
SELECT
    shown.headline AS article, best.publisher, best.published_date AS date, read.section,
    CASE WHEN shown.from_char > 0 THEN '…' ELSE '' END
        || CASE WHEN shown.marks = '' THEN shown.sentence[1:200]
           ELSE regexp_replace(shown.sentence[shown.from_char + 1:shown.from_char + 200], shown.marks, '«\1»', 'g') END
        || CASE WHEN len(shown.sentence) > shown.from_char + 200 THEN '…' ELSE '' END AS snippet,
    round(best.score, 2) AS score, best.article_id, shown.url,
    read.rights_redistribution AS redistribution, read.rights_reproduction AS reproduction
FROM best
LEFT JOIN shown ON shown.number = best.number
LEFT JOIN lake.staging.search_texts AS texts ON texts.number = best.number
LEFT JOIN lake.staging.articles AS read
    ON read.capture_id = texts.capture_id AND read.extractor = texts.extractor AND read.outcome = 'ok'
ORDER BY $final best.score DESC NULLS LAST, best.published_date DESC NULLS LAST, best.article_id
