-- what:   the telling words of the articles that a search finds, beside those of all articles
-- macro:  related_words(query, most := 50)
-- parameter query: as in search()
-- parameter most: so many words, the best by tf_idf
-- example: related_words('네이버')
-- grain:  one row per word, best first
-- reads:  matching, search_words, indexed_texts, staging.keywords
-- column word: keyword or key phrase, as the enricher gives it
-- column articles: articles found that have it among their keywords
-- column all_articles: all articles that have it
-- column tf_idf: its weights in the articles found, times the logarithm of how rare it is
-- column pmi: pointwise mutual information with the search, in bits; 0 = as often as elsewhere
-- column log_likelihood: Dunning's G2 of being commoner here than elsewhere; above 10.8 less than one in a thousand by chance
WITH current AS (
    FROM lake.mart.indexed_texts()
),
found AS MATERIALIZED (
    SELECT hits.number FROM lake.mart.matching(query) AS hits
),
sizes AS (
    SELECT (SELECT count(*) FROM found) AS here, (SELECT count(*) FROM current) AS everywhere
),
words AS (
    SELECT
        said.term AS word,
        count(*) FILTER (found.number IS NOT NULL) AS articles,
        count(*) AS all_articles,
        coalesce(sum(said.weight) FILTER (found.number IS NOT NULL), 0) AS weight
    FROM lake.staging.keywords AS said
    JOIN current
        ON current.capture_id = said.capture_id AND current.extractor = said.extractor AND current.annotator = said.annotator
    LEFT JOIN found ON found.number = current.number
    GROUP BY said.term
    HAVING count(*) FILTER (found.number IS NOT NULL) > 0
),
asked AS (
    SELECT DISTINCT lower(unnest(flatten(words_asked.alternatives) || [words_asked.said])) AS word
    FROM lake.mart.search_words(query) AS words_asked
),
told AS (
    SELECT
        words.*, sizes.here, sizes.everywhere,
        [
            words.articles, sizes.here - words.articles, words.all_articles - words.articles,
            sizes.everywhere - sizes.here - words.all_articles + words.articles
        ] AS cells,
        [
            sizes.here::DOUBLE * words.all_articles / sizes.everywhere,
            sizes.here::DOUBLE * (sizes.everywhere - words.all_articles) / sizes.everywhere,
            (sizes.everywhere - sizes.here)::DOUBLE * words.all_articles / sizes.everywhere,
            (sizes.everywhere - sizes.here)::DOUBLE * (sizes.everywhere - words.all_articles) / sizes.everywhere
        ] AS expected
    FROM words, sizes
    WHERE lower(words.word) NOT IN (SELECT asked.word FROM asked)
)
SELECT
    told.word, told.articles, told.all_articles,
    round(told.weight * ln(1 + told.everywhere / told.all_articles), 4) AS tf_idf,
    round(log2(told.articles::DOUBLE * told.everywhere / (told.here * told.all_articles)), 4) AS pmi,
    round(2 * list_sum(list_transform(
        list_zip(told.cells, told.expected), lambda cell: CASE WHEN cell[1] > 0 THEN cell[1] * ln(cell[1] / cell[2]) ELSE 0 END
    )), 3) AS log_likelihood
FROM told
ORDER BY tf_idf DESC, told.word
LIMIT most
