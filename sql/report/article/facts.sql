-- what:   What is known of the article
-- title:  Article
-- reads:  mart.articles, mart.rights, mart.story_articles, mart.stories
-- column headline: as it stands now
-- column deck: lines under the headline
-- column publisher: the news organisation
-- column portal: portal that shows it, when it is not the publisher
-- column published: time of publication, or the day where only that is stated
-- column changed: last change as the page states it
-- column captured: when the page was fetched, or saved
-- column authors: people credited, with role and mailbox
-- column section: the publisher's own
-- column topics: the publisher's tags
-- column texts: texts of the article that were seen
-- column story: the story that it belongs to, with its articles
-- column reproduction: prohibited, permission_required, allowed; empty = not stated
-- column redistribution: the same of passing it on
-- column ai_training: the same of training AI
-- column notice: written notice as printed
-- column id: stable id of the article
-- column url: address
SELECT
    articles.title AS headline, array_to_string(articles.subtitle, ' / ') AS deck, articles.publisher, articles.portal,
    coalesce(strftime(timezone($zone, articles.published_at), '%Y-%m-%d %H:%M'), articles.published_date::VARCHAR) AS published,
    strftime(timezone($zone, articles.modified_at), '%Y-%m-%d %H:%M') AS changed,
    strftime(timezone($zone, articles.captured_at), '%Y-%m-%d %H:%M') AS captured,
    array_to_string([concat_ws(' ', one.name, one.role, one.email) FOR one IN articles.authors], ', ') AS authors,
    articles.section, array_to_string(articles.topics, ', ') AS topics, articles.version_count AS texts,
    stories.label || ' (' || stories.article_count || ')' AS story,
    rights.reproduction, rights.redistribution, rights.ai_training, rights.notice, articles.article_id AS id, articles.url
FROM articles
LEFT JOIN rights USING (article_id)
LEFT JOIN story_articles AS told USING (article_id)
LEFT JOIN stories USING (story_id)
WHERE articles.article_id = $article
