-- what:   Its course, day by day
-- title:  Course
-- reads:  mart.story_days
-- column day: day of publication
-- column articles: articles of the day
-- column originals: of these, the ones that share text with no earlier article
-- column outlets: publishers of the day
-- column joined: publishers that told it for the first time
-- column headline: of the day's article most like the story
SELECT news_date AS day, article_count AS articles, original_count AS originals, publisher_count AS outlets,
       array_to_string(new_publishers, ', ') AS joined, title AS headline
FROM story_days
WHERE story_id = $story
ORDER BY news_date
