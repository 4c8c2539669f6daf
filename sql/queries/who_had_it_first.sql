-- what:   Which outlet had a story first, and how long the others took, copies told apart: the 200 stories most told
-- reads:  mart.stories, staging.story_places
WITH told AS MATERIALIZED (
    SELECT stories.story_id, stories.label, stories.article_count
    FROM lake.mart.stories AS stories
    ORDER BY stories.article_count DESC, stories.story_id
    LIMIT 200
),
placed AS MATERIALIZED (
    SELECT told.*, places.position, places.publisher, places.minutes_after_first, places.is_copy
    FROM told
    JOIN lake.staging.story_places AS places ON places.story_id = told.story_id
)
SELECT
    placed.label AS story,
    first.publisher AS first_told_by,
    placed.publisher AS then_by,
    placed.minutes_after_first AS minutes_later,
    CASE WHEN placed.is_copy THEN 'copy' ELSE 'own report' END AS how
FROM placed AS first
JOIN placed ON placed.story_id = first.story_id AND placed.position > 1
WHERE first.position = 1 AND placed.publisher IS DISTINCT FROM first.publisher
ORDER BY placed.article_count DESC, placed.story_id, placed.position
