-- what:   Which outlet had a story first, and how long the others took, copies told apart from reports of their own
-- reads:  mart.stories, mart.story_articles
SELECT
    stories.label AS story,
    first.publisher AS first_told_by,
    placed.publisher AS then_by,
    placed.minutes_after_first AS minutes_later,
    CASE WHEN placed.is_copy THEN 'copy' ELSE 'own report' END AS how
FROM lake.mart.stories AS stories
JOIN lake.mart.story_articles AS first ON first.story_id = stories.story_id AND first.position = 1
JOIN lake.mart.story_articles AS placed ON placed.story_id = stories.story_id AND placed.position > 1
WHERE placed.publisher IS DISTINCT FROM first.publisher
ORDER BY stories.article_count DESC, stories.story_id, placed.position
