-- what:   who ran the text of an article, in order: its group of copies
-- macro:  spread(article)
-- parameter article: article_id of any article of the group
-- example: spread('x')
-- grain:  one row per article of the group, the first first; none where it has no copies
-- reads:  mart.syndication
-- column position: 1 = the first of its group
-- column publisher: the news organisation
-- column portal: portal that shows the article, when it is not the publisher
-- column published_at: publication; null where the page states only the day
-- column minutes_after_first: minutes after the first; null where one states only the day
-- column relation: first, portal, same_publisher, wire, press_release or copy (mart.syndication)
-- column share: share of its 3-grams that the article it was copied from has too, 0 to 1
-- column copied_from: the earlier article that it shares most with; null for the first
-- column title: headline
-- column article_id: stable id of the article
SELECT
    copies.position, copies.publisher, copies.portal, copies.published_at, copies.minutes_after_first, copies.relation,
    copies.share, copies.copied_from, copies.title, copies.article_id
FROM lake.mart.syndication AS copies
WHERE copies.group_id IN (SELECT own.group_id FROM lake.mart.syndication AS own WHERE own.article_id = article)
ORDER BY copies.position
