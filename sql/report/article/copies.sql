-- what:   Articles with the same text, the first one first
-- title:  Copies
-- reads:  mart.syndication, mart.articles
-- column headline: of the article
-- column publisher: the news organisation
-- column portal: portal that shows it
-- column minutes: after the first of the group
-- column share: of its text that the article copied from has too
-- column relation: first, portal, same_publisher, wire, press_release, copy
-- column url: address
SELECT copy.title AS headline, copy.publisher, copy.portal, copy.minutes_after_first AS minutes, copy.share, copy.relation, articles.url
FROM syndication AS copy
LEFT JOIN articles ON articles.article_id = copy.article_id
WHERE copy.group_id = (SELECT group_id FROM syndication WHERE article_id = $article)
ORDER BY copy.position
