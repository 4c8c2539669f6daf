-- what:   every article that a search finds, with its score, in no order and without a limit: what analyses build upon
-- macro:  matching(query)
-- parameter query: as in search()
-- example: matching('네이버')
-- grain:  one row per article found
-- reads:  search_words, staging.postings, staging.search_texts, staging.search_sizes, staging.search_replaced
-- column article_id: stable id of the article
-- column score: BM25 (k1 1.2, b 0.75) summed over the words and phrases of the query that are not behind a minus
-- column number: number of its text in the index (staging.search_texts)
-- column publisher: the news organisation
-- column lang: BCP 47
-- column published_date: day of publication in the publisher's zone
-- column marks: pattern (RE2) of the words that were found, for marking them in a text; the same in every row
WITH words AS MATERIALIZED (
    FROM lake.mart.search_words(query)
),
-- One row per term of each alternative, with its place in it.
wanted AS MATERIALIZED (
    SELECT
        literal, alternative, len(terms) AS size,
        CASE WHEN field = '' THEN '' ELSE field || ':' END || unnest(terms) AS term,
        generate_subscripts(terms, 1) AS place
    FROM (
        SELECT literal, field, unnest(alternatives) AS terms, generate_subscripts(alternatives, 1) AS alternative
        FROM words
    )
),
-- The words as given and their terms, the longest first; a term of one letter would mark too much.
marks AS (
    SELECT '(?i)(' || string_agg(part, '|' ORDER BY len(part) DESC, part) || ')' AS pattern
    FROM (
        SELECT DISTINCT CASE WHEN regexp_matches(part, '^[a-z0-9]+$') THEN '\b' || part || '\b' ELSE part END AS part
        FROM (
            SELECT unnest(list_filter(flatten(alternatives), lambda term: len(term) > 1) || regexp_extract_all(regexp_replace(said, '^(?:[a-z]+:)?', ''), '[\p{L}\p{N}]+')) AS part
            FROM words
            WHERE NOT is_negative
        )
    )
),
single AS (
    SELECT wanted.literal, found.number, found.occurrences
    FROM lake.staging.postings AS found
    JOIN (FROM wanted WHERE size = 1) AS wanted ON wanted.term = found.term
),
standing AS (
    SELECT wanted.literal, wanted.alternative, wanted.size, found.number, unnest(found.positions) - wanted.place AS begins
    FROM lake.staging.postings AS found
    JOIN (FROM wanted WHERE size > 1) AS wanted ON wanted.term = found.term
),
phrases AS (
    SELECT literal, number, 1 AS occurrences
    FROM standing
    GROUP BY literal, alternative, number, begins
    HAVING count(*) = any_value(size)
),
hits AS MATERIALIZED (
    FROM (FROM single UNION ALL FROM phrases) AS hits
    ANTI JOIN lake.staging.search_replaced AS replaced ON replaced.number = hits.number
),
-- Which words an article has, as bits. There are few different sets: demands are held against each set, not each
-- article, and how many articles have a word is added up from them.
masks AS MATERIALIZED (
    SELECT number, bit_or(1::BIGINT << literal) AS mask
    FROM hits
    GROUP BY number
),
sets AS MATERIALIZED (
    SELECT mask, count(*) AS texts
    FROM masks
    GROUP BY mask
),
demands AS (
    SELECT
        clause,
        coalesce(bit_or(1::BIGINT << literal) FILTER (NOT is_negative), 0) AS any_of,
        coalesce(bit_or(1::BIGINT << literal) FILTER (is_negative), 0) AS not_all_of
    FROM words
    GROUP BY clause
),
good AS (
    SELECT sets.mask
    FROM sets, demands
    GROUP BY sets.mask
    HAVING bool_and((sets.mask & demands.any_of) <> 0 OR (sets.mask & demands.not_all_of) <> demands.not_all_of)
),
corpus AS (
    SELECT sum(text_count) AS texts, sum(term_count) / sum(text_count) AS mean_length
    FROM lake.staging.search_sizes
),
weights AS MATERIALIZED (
    SELECT
        words.literal, any_value(corpus.mean_length) AS mean_length,
        ln(1 + (any_value(corpus.texts) - sum(sets.texts) + 0.5) / (sum(sets.texts) + 0.5)) AS weight
    FROM words, sets, corpus
    WHERE NOT words.is_negative AND (sets.mask & (1::BIGINT << words.literal)) <> 0
    GROUP BY words.literal
),
-- Through a list, which the planner takes for one row: it expects half of the corpus here, and would then read all
-- of search_texts into a table of its own instead of asking that for the few articles found.
counted AS (
    SELECT unnest(rows, recursive := true)
    FROM (
        SELECT list({'literal': literal, 'number': number, 'occurrences': occurrences}) AS rows
        FROM (
            SELECT hits.literal, hits.number, sum(hits.occurrences) AS occurrences
            FROM hits
            SEMI JOIN (SELECT number FROM masks SEMI JOIN good ON good.mask = masks.mask) AS found
                ON found.number = hits.number
            GROUP BY hits.literal, hits.number
        )
    )
),
scored AS (
    SELECT
        texts.number, texts.article_id, texts.publisher, texts.lang, texts.published_date,
        sum(weights.weight * counted.occurrences * 2.2
            / (counted.occurrences + 1.2 * (0.25 + 0.75 * texts.length / weights.mean_length))) AS score
    FROM counted
    JOIN weights ON weights.literal = counted.literal
    JOIN lake.staging.search_texts AS texts ON texts.number = counted.number
    GROUP BY texts.number, texts.article_id, texts.publisher, texts.lang, texts.published_date
)
-- Every column with its table: a macro's parameter of one name (search has publisher) would be taken for it.
SELECT
    scored.article_id, scored.score, scored.number, scored.publisher, scored.lang, scored.published_date,
    (FROM marks) AS marks
FROM scored
