-- what:   The articles that fit best
-- title:  Articles
-- reads:  search
-- column article: headline
-- column publisher: the news organisation
-- column date: day of publication
-- column score: BM25
-- column url: address
SELECT title AS article, publisher, published_date AS date, round(score, 2) AS score, url
FROM search($query, since := $since, until := $until, most := 40)
ORDER BY score DESC, published_date DESC, title
