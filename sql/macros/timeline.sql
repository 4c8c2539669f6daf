-- what:   the course of one story, article by article
-- macro:  timeline(story)
-- parameter story: story_id, as in mart.stories
-- example: timeline('x')
-- grain:  one row per article of the story, in order
-- reads:  mart.story_articles
-- column position: 1 = the first article of the story
-- column news_at: publication, noon in UTC where only the day is stated
-- column minutes_after_first: minutes after the story's first article
-- column publisher: the news organisation
-- column title: headline
-- column is_copy: shares text with an earlier article
-- column likeness: cosine to the story as it was when the article came, 0 to 1; null for copies
-- column article_id: stable id of the article
SELECT
    placed.position, placed.news_at, placed.minutes_after_first, placed.publisher, placed.title, placed.is_copy,
    placed.likeness, placed.article_id
FROM lake.mart.story_articles AS placed
WHERE placed.story_id = story
ORDER BY placed.position
