-- what:   articles that a search finds, best first, with a snippet in which the words are marked
-- macro:  search(query, publisher := '', since := DATE '0001-01-01', until := DATE '9999-12-31', lang := '', most := 20)
-- parameter query: words that must all be there; a|b either; -word not there; "a phrase"; title: quote: speaker: person: org: before a word or phrase
-- parameter publisher: only of this news organisation
-- parameter since: only published on this day or later
-- parameter until: only published on this day or earlier
-- parameter lang: only in this language, BCP 47
-- parameter most: so many articles, the best
-- example: search('네이버 "소버린 AI" -주가')
-- grain:  one row per article found, best first
-- reads:  matching, staging.search_sentences
-- column article_id: stable id of the article
-- column score: BM25, as in matching()
-- column title: headline
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column snippet: the sentence with most of the words, at most some 200 characters, words between « and »
-- column url: address after redirects
WITH best AS MATERIALIZED (
    SELECT found.article_id, found.score, found.number, found.publisher, found.published_date, found.marks
    FROM lake.mart.matching(query) AS found
    -- As expressions, not plain comparisons: DuckLake would hold each of these against the least and greatest value of
    -- every file in its catalogue, which costs more than reading the few articles that they drop.
    WHERE (publisher = '' OR found.publisher || '' = publisher)
      AND (since = DATE '0001-01-01' OR found.published_date + 0 >= since)
      AND (until = DATE '9999-12-31' OR found.published_date + 0 <= until)
      AND (lang = '' OR found.lang || '' = lang)
    ORDER BY found.score DESC, found.published_date DESC NULLS LAST, found.article_id
    LIMIT most
),
-- Of each article its headline, and the first sentence with most of the words.
shown AS (
    SELECT
        best.article_id, any_value(best.score) AS score, any_value(best.publisher) AS publisher,
        any_value(best.published_date) AS published_date, any_value(best.marks) AS marks,
        any_value(sentences.sentence) FILTER (sentences.place = 0) AS title,
        any_value(sentences.url) FILTER (sentences.place = 0) AS url,
        arg_max(
            sentences.sentence,
            len(list_distinct(regexp_extract_all(lower(sentences.sentence), best.marks))) * 1000000 - sentences.place
        ) FILTER (sentences.place > 0) AS sentence
    FROM best
    JOIN lake.staging.search_sentences AS sentences ON sentences.number = best.number
    GROUP BY best.article_id
),
cut AS (
    SELECT *, greatest(0, coalesce(strpos(lower(sentence), nullif(regexp_extract(lower(sentence), marks), '')), 1) - 60) AS from_char
    FROM shown
)
SELECT
    cut.article_id, cut.score, cut.title, cut.publisher, cut.published_date,
    CASE WHEN cut.from_char > 0 THEN '…' ELSE '' END
        || regexp_replace(cut.sentence[cut.from_char + 1:cut.from_char + 200], cut.marks, '«\1»', 'g')
        || CASE WHEN len(cut.sentence) > cut.from_char + 200 THEN '…' ELSE '' END AS snippet,
    cut.url
FROM cut
ORDER BY cut.score DESC, cut.published_date DESC NULLS LAST, cut.article_id
