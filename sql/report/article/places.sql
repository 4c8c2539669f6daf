-- what:   Places named
-- title:  Places
-- reads:  mart.places
-- column name: as written
-- column country: ISO 3166 alpha-2
-- column latitude: WGS 84 degrees
-- column longitude: WGS 84 degrees
-- column times: how often the article names it
SELECT name, country, lat::VARCHAR AS latitude, lon::VARCHAR AS longitude, len(mentions) AS times
FROM places WHERE article_id = $article ORDER BY number
