-- what:   The course of the story, article by article
-- title:  Timeline
-- reads:  timeline
-- column position: 1 = the first article of the story
-- column article: headline
-- column publisher: the news organisation
-- column at: publication, UTC; noon where only the day is stated
-- column minutes: after the story's first article
-- column copy: shares text with an earlier article
-- column likeness: cosine to the story as it was when the article came; empty for copies
-- column article_id: stable id of the article
SELECT position, title AS article, publisher, news_at AS at, minutes_after_first AS minutes, is_copy AS copy, likeness, article_id
FROM timeline($story)
ORDER BY position
