-- what:   how the news organisations treat what a search finds: how much, when, with whose words
-- macro:  sources_compared(query)
-- parameter query: as in search()
-- example: sources_compared('네이버')
-- grain:  one row per publisher that has an article on it, most articles first
-- reads:  matching, indexed_texts, staging.search_texts, staging.quotes, mart.syndication
-- column publisher: the news organisation; null where neither page nor source tells
-- column articles: articles found
-- column all_articles: all its articles in the index
-- column share: articles of all_articles, 0 to 1
-- column own_articles: articles found that are not the later copy of another article
-- column first_date: first day of publication
-- column last_date: last day of publication
-- column quotes: pieces of direct speech in the articles found
-- column speakers: different named speakers among them
-- column anonymous_share: quotes whose speaker is anonymous or a crowd, of those with a speaker, 0 to 1; null without quotes
WITH found AS MATERIALIZED (
    SELECT hits.number, hits.publisher, hits.published_date, hits.article_id, texts.capture_id, texts.extractor, texts.annotator
    FROM lake.mart.matching(query) AS hits
    JOIN lake.staging.search_texts AS texts ON texts.number = hits.number
),
everything AS (
    SELECT texts.publisher, count(*) AS articles
    FROM lake.mart.indexed_texts() AS texts
    GROUP BY texts.publisher
),
copied AS (
    SELECT copies.article_id FROM lake.mart.syndication AS copies WHERE copies.position > 1
),
spoken AS (
    SELECT
        found.publisher, count(*) AS quotes, count(DISTINCT said.speaker_name) AS speakers,
        count(*) FILTER (said.speaker_type IN ('anonymous', 'crowd')) / nullif(count(said.speaker_type), 0) AS anonymous_share
    FROM lake.staging.quotes AS said
    JOIN found
        ON found.capture_id = said.capture_id AND found.extractor = said.extractor AND found.annotator = said.annotator
    GROUP BY found.publisher
),
by_publisher AS (
    SELECT
        found.publisher, count(*) AS articles, count(*) FILTER (copied.article_id IS NULL) AS own_articles,
        min(found.published_date) AS first_date, max(found.published_date) AS last_date
    FROM found
    LEFT JOIN copied ON copied.article_id = found.article_id
    GROUP BY found.publisher
)
SELECT
    by_publisher.publisher, by_publisher.articles, everything.articles AS all_articles,
    by_publisher.articles / everything.articles AS share,
    by_publisher.own_articles, by_publisher.first_date, by_publisher.last_date,
    coalesce(spoken.quotes, 0) AS quotes, coalesce(spoken.speakers, 0) AS speakers, spoken.anonymous_share
FROM by_publisher
JOIN everything ON everything.publisher IS NOT DISTINCT FROM by_publisher.publisher
LEFT JOIN spoken ON spoken.publisher IS NOT DISTINCT FROM by_publisher.publisher
ORDER BY by_publisher.articles DESC, by_publisher.publisher
