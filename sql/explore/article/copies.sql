-- what:   Articles that share its text, the first one first
-- title:  Copies
-- reads:  spread
-- column article: headline
-- column publisher: the news organisation
-- column portal: portal that shows it
-- column minutes: after the first of the group
-- column share: of its text that the article copied from has too
-- column relation: first, portal, same_publisher, wire, press_release, copy
-- column article_id: stable id of the article
SELECT title AS article, publisher, portal, minutes_after_first AS minutes, share, relation, article_id
FROM spread($article)
ORDER BY position
