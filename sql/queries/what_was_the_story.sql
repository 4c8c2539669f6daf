-- what:   Stories that more than one article told: the most told first, who was first, who followed, and the course by day
-- reads:  mart.stories, mart.story_days
SELECT
    label AS story,
    article_count AS articles,
    original_count AS without_copies,
    list_transform(publishers, lambda one: one.publisher) AS told_by,
    first_at,
    (
        SELECT list(strftime(news_date, '%m-%d') || ': ' || article_count ORDER BY news_date)
        FROM lake.mart.story_days AS days
        WHERE days.story_id = stories.story_id
    ) AS by_day,
    list_concat(people[:2], organisations[:2]) AS about,
    CASE WHEN is_open THEN 'open' ELSE 'closed' END AS state
FROM lake.mart.stories AS stories
WHERE article_count > 1
ORDER BY publisher_count DESC, article_count DESC, first_at, story_id
