-- what:   every source, with what it has listed and given so far
-- grain:  one row per source
-- key:    source_id
-- reads:  staging.current_sources, raw.listings, raw.captures, mart.article_facts
-- column source_id: name of the source file
-- column name: the publisher's own name
-- column kind: publisher, portal, agency, import or url_list
-- column lang: BCP 47, of most of its articles
-- column timezone: IANA zone in which its days are counted
-- column listed_count: distinct URLs that it has listed
-- column capture_count: captures of its articles, revisits included
-- column article_count: articles that were read from them
-- column last_listed_at: when it last listed something new
-- column is_sample: of the made-up press that ships with the project
SELECT
    sources.source_id, sources.name, sources.kind, sources.lang, sources.timezone,
    coalesce(listings.listed_count, 0) AS listed_count,
    coalesce(captures.capture_count, 0) AS capture_count,
    coalesce(articles.article_count, 0) AS article_count,
    listings.last_listed_at,
    sources.is_sample
FROM lake.staging.current_sources AS sources
LEFT JOIN (
    SELECT source_id, count(DISTINCT url_key) AS listed_count, max(listed_at) AS last_listed_at
    FROM lake.raw.listings
    GROUP BY source_id
) AS listings USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS capture_count FROM lake.raw.captures WHERE kind = 'article' GROUP BY source_id
) AS captures USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS article_count FROM lake.mart.article_facts GROUP BY source_id
) AS articles USING (source_id)
