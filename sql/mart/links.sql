-- what:   every link inside the text of an article as it stands now, and the article that it leads to if that is here
-- grain:  one row per link in the body, current articles only
-- key:    article_id, number
-- reads:  staging.current_articles
-- text:   text
-- column article_id: the article that links
-- column number: from 0 within the article
-- column url: where to, as written
-- column host: its host, without www.
-- column is_own_host: the same host as the article's own address; null where that is not known
-- column text: the linked words
-- column linked_article_id: the article at that address, if it is here
-- column publisher: the news organisation that links
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article that links
WITH current AS (
    SELECT article_id, url, canonical_url, publisher, published_date, title, links
    FROM lake.staging.current_articles
    WHERE is_current
),
addresses AS (
    SELECT url, min(article_id) AS article_id
    FROM (SELECT url, article_id FROM current UNION SELECT canonical_url, article_id FROM current)
    WHERE url IS NOT NULL
    GROUP BY url
),
linked AS (
    SELECT * EXCLUDE (links), unnest(links) AS link, generate_subscripts(links, 1) - 1 AS number FROM current
)
SELECT
    linked.article_id,
    linked.number,
    linked.link.url AS url,
    regexp_extract(lower(linked.link.url), '^https?://(?:www\.)?([^/:?#]+)', 1) AS host,
    regexp_extract(lower(linked.link.url), '^https?://(?:www\.)?([^/:?#]+)', 1)
        = regexp_extract(lower(linked.url), '^https?://(?:www\.)?([^/:?#]+)', 1) AS is_own_host,
    linked.link."text" AS "text",
    addresses.article_id AS linked_article_id,
    linked.publisher,
    linked.published_date,
    linked.title
FROM linked
LEFT JOIN addresses ON addresses.url = linked.link.url
