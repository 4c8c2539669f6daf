-- what:   The stories with most articles in the period, of articles that the search finds where there is one
-- title:  Stories
-- reads:  staging.story_articles, matching, staging.search_texts, staging.articles
-- column story: headline of the article that was most like the story when it came
-- column articles: articles of the story in the period
-- column outlets: news organisations that told it
-- column first: time of its first article in the period, UTC
-- column last: time of its newest article in the period, UTC
-- column story_id: stable id of the story
WITH found AS MATERIALIZED (
    $found
),
placed AS MATERIALIZED (
    SELECT placed.story_id, placed.article_id, placed.news_at, placed.outcome, placed.likeness, found.publisher, placed.capture_id, placed.extractor
    FROM lake.staging.story_articles AS placed
    JOIN found ON found.article_id = placed.article_id
    WHERE placed.story_id IS NOT NULL
      AND placed.linker = (SELECT arg_max(linker, placed_at) FROM lake.staging.story_articles)
),
best AS MATERIALIZED (
    SELECT
        story_id, count(*) AS articles, count(DISTINCT publisher) AS outlets, min(news_at) AS first, max(news_at) AS last,
        coalesce(arg_max(capture_id, likeness) FILTER (outcome = 'joined'), arg_min(capture_id, (news_at, article_id))) AS capture_id,
        any_value(extractor) AS extractor
    FROM placed
    GROUP BY story_id
    ORDER BY articles DESC, last DESC, story_id
    LIMIT 40
)
SELECT read.title AS story, best.articles, best.outlets, best.first, best.last, best.story_id
FROM best
LEFT JOIN lake.staging.articles AS read
    ON read.capture_id = best.capture_id AND read.extractor = best.extractor AND read.outcome = 'ok'
ORDER BY best.articles DESC, best.last DESC, best.story_id
