-- what:   stories: articles about one happening, grouped over days and publishers, each with its first article and its sources
-- grain:  one row per story, those of a single article included
-- key:    story_id
-- reads:  mart.story_articles
-- kept:   yes
-- rule:   original_count <= article_count AND first_at <= last_at
-- sum:    sum(article_count) = (SELECT count(*) FROM lake.mart.story_articles)
-- column story_id: stable id, made of the article that opened the story; stays when articles join
-- column label: headline of the article that was most like the story when it came; of the first where it has one article
-- column first_article_id: the earliest article; a late one may be earlier than the article that opened the story
-- column first_publisher: its publisher
-- column first_at: its time
-- column last_at: time of the newest article
-- column is_open: an article as new as the newest of the corpus may still join: four days have not gone by since last_at
-- column day_count: days of publication on which it was told
-- column article_count: articles
-- column original_count: of these, the ones that share text with no earlier article
-- column publisher_count: publishers
-- column publishers: publishers, each with its articles and when it first told the story; the first one first
-- column people: up to five names that weigh most
-- column organisations: up to five that weigh most
-- column places: up to five that weigh most
-- column keywords: up to eight that weigh most
-- column continues_story_id: story that this one goes on from, a cap having closed it; else null
-- column linker: name and version of the grouping
-- Materialised: what stands behind the articles is read once, not four times.
WITH placed AS MATERIALIZED (
    SELECT story_id, article_id, position, news_at, news_date, publisher, title, is_copy, outcome, likeness, terms,
           continues_story_id, linker
    FROM lake.mart.story_articles
),
terms AS (
    SELECT story_id, said.kind AS kind, said.term AS term, sum(said.weight) AS weight
    FROM placed, unnest(terms) AS told(said)
    GROUP BY ALL
),
named AS (
    SELECT
        story_id,
        list(term ORDER BY weight DESC, term) FILTER (kind = 'person')[:5] AS people,
        list(term ORDER BY weight DESC, term) FILTER (kind = 'organisation')[:5] AS organisations,
        list(term ORDER BY weight DESC, term) FILTER (kind = 'place')[:5] AS places,
        list(term ORDER BY weight DESC, term) FILTER (kind = 'keyword')[:8] AS keywords
    FROM terms
    GROUP BY story_id
),
outlets AS (
    SELECT story_id, publisher, count(*) AS article_count, min(news_at) AS first_at
    FROM placed
    WHERE publisher IS NOT NULL
    GROUP BY ALL
),
sources AS (
    SELECT
        story_id,
        count(*) AS publisher_count,
        list({'publisher': publisher, 'article_count': article_count, 'first_at': first_at}
            ORDER BY first_at, publisher) AS publishers
    FROM outlets
    GROUP BY story_id
),
newest AS (
    SELECT max(news_at) AS news_at FROM placed
),
told AS (
    SELECT
        story_id,
        -- An opening article's likeness is to other stories.
        coalesce(
            arg_max(title, (likeness, -position)) FILTER (outcome = 'joined' AND title IS NOT NULL),
            arg_min(title, position)
        ) AS label,
        arg_min(article_id, position) AS first_article_id,
        first(publisher ORDER BY position) AS first_publisher,
        min(news_at) AS first_at,
        max(news_at) AS last_at,
        count(DISTINCT news_date) AS day_count,
        count(*) AS article_count,
        count(*) FILTER (NOT is_copy) AS original_count,
        max(continues_story_id) AS continues_story_id,
        max(linker) AS linker
    FROM placed
    GROUP BY story_id
)
SELECT
    story_id, label, first_article_id, first_publisher, first_at, last_at,
    last_at + INTERVAL 4 DAY >= newest.news_at AS is_open, -- OPEN_DAYS
    day_count, article_count, original_count,
    coalesce(publisher_count, 0) AS publisher_count,
    publishers, people, organisations, places, keywords, continues_story_id, linker
FROM told
CROSS JOIN newest
LEFT JOIN sources USING (story_id)
LEFT JOIN named USING (story_id)
