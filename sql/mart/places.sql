-- what:   every place named in an article as it stands now, with coordinates where known
-- grain:  one row per article and place named in it, current articles only
-- key:    article_id, number
-- reads:  staging.places, mart.article_facts
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column name: as written
-- column aliases: its other names in the article
-- column mentions: where the name stands: body paragraph from 0, -1 headline, -2 and below captions; start and end in characters
-- column lat: latitude, WGS 84 degrees
-- column lon: longitude, WGS 84 degrees
-- column country: ISO 3166 alpha-2
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said.name, said.aliases, said.mentions, said.lat, said.lon, said.country, said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.places AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
