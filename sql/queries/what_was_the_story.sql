-- what:   The 200 stories most told: who was first, who followed, and the course by day
-- reads:  mart.stories, mart.story_days
WITH told AS MATERIALIZED (
    FROM lake.mart.stories AS stories
    WHERE stories.article_count > 1
    ORDER BY stories.publisher_count DESC, stories.article_count DESC, stories.first_at, stories.story_id
    LIMIT 200
),
courses AS (
    SELECT
        days.story_id,
        list(strftime(days.news_date, '%m-%d') || ': ' || days.article_count ORDER BY days.news_date) AS by_day
    FROM lake.mart.story_days AS days
    JOIN told ON told.story_id = days.story_id
    GROUP BY days.story_id
)
SELECT
    told.label AS story,
    told.article_count AS articles,
    told.original_count AS without_copies,
    list_transform(told.publishers, lambda one: one.publisher) AS told_by,
    told.first_at,
    courses.by_day,
    list_concat(told.people[:2], told.organisations[:2]) AS about,
    CASE WHEN told.is_open THEN 'open' ELSE 'closed' END AS state
FROM told
LEFT JOIN courses ON courses.story_id = told.story_id
ORDER BY told.publisher_count DESC, told.article_count DESC, told.first_at, told.story_id
