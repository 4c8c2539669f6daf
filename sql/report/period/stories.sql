-- what:   The stories that most articles told, with their spread over outlets and over the hours of the period
-- title:  Stories
-- reads:  mart.story_articles, mart.stories, mart.articles
-- column story: headline of the article most like the story; the link leads to its first article
-- column articles: articles of the period
-- column outlets: publishers that told it in the period
-- column copies: of these articles, the ones that share text with an earlier one
-- column over_time: articles in each of 24 equal parts of the period
-- column first: publisher that had it first, with the time
-- column named: people and organisations that weigh most in it
-- column url: address of the first article
WITH told AS (
    SELECT
        story_id, publisher, is_copy,
        least(23, greatest(0, floor(
            24 * epoch(timezone($zone, news_at) - $since::TIMESTAMP) / (86400 * ($until - $since + 1))
        )))::INTEGER AS part
    FROM story_articles
    WHERE news_date BETWEEN $since AND $until
),
parts AS (
    SELECT story_id, list(coalesce(told_count, 0) ORDER BY part) AS over_time
    FROM (SELECT DISTINCT story_id FROM told) AS stories_told
    CROSS JOIN range(24) AS every(part)
    LEFT JOIN (SELECT story_id, part, count(*) AS told_count FROM told GROUP BY ALL) AS counted USING (story_id, part)
    GROUP BY story_id
),
most AS (
    SELECT story_id, count(*) AS articles, count(DISTINCT publisher) AS outlets, count_if(is_copy) AS copies
    FROM told
    GROUP BY story_id
    ORDER BY outlets DESC, articles DESC, story_id
    LIMIT 20
)
SELECT
    stories.label AS story, most.articles, most.outlets, most.copies, parts.over_time,
    concat_ws(', ', stories.first_publisher, strftime(timezone($zone, stories.first_at), '%m-%d %H:%M')) AS first,
    array_to_string(list_concat(stories.people, stories.organisations)[1:5], ', ') AS named,
    articles.url
FROM most
JOIN stories USING (story_id)
JOIN parts USING (story_id)
LEFT JOIN articles ON articles.article_id = stories.first_article_id
ORDER BY most.outlets DESC, most.articles DESC, stories.label
