-- what:   every headline under which an address was seen: in a channel's list, on its own page, beside other articles
-- grain:  one row per address, headline and kind of place
-- key:    url, title, seen_in
-- reads:  raw.listings, staging.current_articles, staging.current_sources
-- column url: address that the headline leads to; null where a page names none
-- column title: headline as shown there
-- column seen_in: listing (feed, sitemap, section page), page (the article itself) or related (another article's page)
-- column publisher: who is named with it: the source that lists it, the article's publisher, or as the other page says
-- column first_seen_at: when it was seen first
-- column last_seen_at: when it was seen last; of a listing when it was last new
-- column seen_count: listings, captures or pages that show it
-- column article_id: the article at that address, if it is here
WITH pages AS (
    SELECT article_id, capture_id, url, title, publisher, captured_at, related_headlines
    FROM lake.staging.current_articles
    WHERE outcome = 'ok'
),
addresses AS (
    SELECT url, min(article_id) AS article_id FROM pages WHERE url IS NOT NULL GROUP BY url
),
beside AS (
    SELECT unnest(related_headlines) AS headline, captured_at FROM pages
),
seen AS (
    SELECT listings.url, listings.title, 'listing' AS seen_in, sources.name AS publisher, listings.listed_at AS seen_at
    FROM lake.raw.listings AS listings
    JOIN lake.staging.current_sources AS sources USING (source_id)
    UNION ALL
    SELECT url, title, 'page', publisher, captured_at FROM pages
    UNION ALL
    SELECT headline.url, headline.title, 'related', headline.publisher, captured_at FROM beside
),
told AS (
    SELECT
        url, title, seen_in,
        arg_max(publisher, seen_at) AS publisher,
        min(seen_at) AS first_seen_at,
        max(seen_at) AS last_seen_at,
        count(*) AS seen_count
    FROM seen
    WHERE title IS NOT NULL
    GROUP BY url, title, seen_in
)
SELECT told.*, addresses.article_id
FROM told
LEFT JOIN addresses USING (url)
