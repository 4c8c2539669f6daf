-- what:   Who writes of it, how much of it is their own, and how anonymous their sources are; over the whole corpus
-- title:  Outlets compared
-- reads:  sources_compared
-- column publisher: the news organisation
-- column articles: articles found
-- column share: of all its articles
-- column own: articles found that are not the later copy of another
-- column first: first day of publication
-- column last: last day of publication
-- column quotes: pieces of direct speech in them
-- column speakers: different named speakers among them
-- column anonymous_share: quotes whose speaker is anonymous or a crowd
SELECT publisher, articles, share, own_articles AS own, first_date AS first, last_date AS last, quotes, speakers, anonymous_share
FROM sources_compared($query)
ORDER BY articles DESC, publisher
