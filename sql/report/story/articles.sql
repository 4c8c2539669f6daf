-- what:   Its articles in order
-- title:  Articles
-- reads:  mart.story_articles, mart.articles
-- column article: headline
-- column publisher: the news organisation
-- column at: time of publication; noon where only the day is stated
-- column minutes: after the first article
-- column copy: shares text with an earlier article
-- column url: address
SELECT
    told.title AS article, told.publisher, strftime(timezone($zone, told.news_at), '%Y-%m-%d %H:%M') AS at,
    told.minutes_after_first AS minutes, told.is_copy AS copy, articles.url
FROM story_articles AS told
LEFT JOIN articles USING (article_id)
WHERE told.story_id = $story
ORDER BY told.position
LIMIT 300
