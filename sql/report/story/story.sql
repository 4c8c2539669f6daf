-- what:   The story in one line
-- title:  In numbers
-- reads:  mart.stories
-- column story: headline of the article most like the story
-- column articles: articles
-- column originals: of these, the ones that share text with no earlier article
-- column outlets: publishers
-- column days: days on which it was told
-- column first: publisher that had it first, with the time
-- column state: open (an article may still join) or closed
-- column named: people, organisations and places that weigh most in it
SELECT
    label AS story, article_count AS articles, original_count AS originals, publisher_count AS outlets, day_count AS days,
    concat_ws(', ', first_publisher, strftime(timezone($zone, first_at), '%Y-%m-%d %H:%M')) AS first,
    CASE WHEN is_open THEN 'open' ELSE 'closed' END AS state,
    array_to_string(list_concat(list_concat(people, organisations), places), ', ') AS named
FROM stories
WHERE story_id = $story
