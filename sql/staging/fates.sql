-- what:   what became of every URL or saved input that was ever listed: an article, or the one reason why not
-- grain:  one row per source and listed URL (or saved input)
-- key:    source_id, url_key
-- reads:  raw.listings, raw.fetches, raw.captures, staging.current_articles, staging.current_sources
-- column source_id: source that listed it
-- column url_key: key of the address, or of the saved input
-- column url: address, or the input's path
-- column publisher: the source; for portals, imports and URL lists the organisation that the article, or else the list, names
-- column news_date: day of publication as the page or the listing states it, else the day of listing; publisher's zone
-- column is_fetched: a page lies in the WARC files
-- column is_article: an article was read from it
-- column fate: article, or the reason why there is none: of fetching (docs/outcomes.md) or of reading
WITH listed AS (
    SELECT
        source_id,
        url_key,
        arg_min(url, listed_at) AS url,
        arg_min(publication, listed_at) AS publication,
        min(listed_at) AS listed_at,
        min(stated_at) AS stated_at
    FROM lake.raw.listings
    GROUP BY source_id, url_key
),
tried AS (
    SELECT
        url_key,
        coalesce(arg_max(reason, ended_at) FILTER (reason <> 'metadata_only'), any_value(reason)) AS reason,
        arg_max(state, ended_at) AS state,
        bool_or(state IN ('stored', 'unchanged', 'duplicate')) AS is_fetched
    FROM lake.raw.fetches
    WHERE kind = 'article' AND reason <> 'not_due'
    GROUP BY url_key
),
read AS (
    SELECT
        captures.url_key,
        bool_or(articles.outcome = 'ok') AS is_article,
        arg_max(articles.outcome, articles.captured_at) AS outcome,
        arg_max(articles.publisher, articles.captured_at) AS publisher,
        min(articles.published_date) AS published_date
    FROM lake.staging.current_articles AS articles
    JOIN lake.raw.captures AS captures USING (capture_id)
    GROUP BY captures.url_key
)
SELECT
    listed.source_id,
    listed.url_key,
    listed.url,
    coalesce(
        CASE WHEN sources.kind IN ('portal', 'import', 'url_list') THEN coalesce(read.publisher, listed.publication) END,
        sources.name
    ) AS publisher,
    coalesce(
        read.published_date,
        timezone(sources.timezone, listed.stated_at)::DATE,
        timezone(sources.timezone, listed.listed_at)::DATE
    ) AS news_date,
    coalesce(tried.is_fetched, false) AS is_fetched,
    coalesce(read.is_article, false) AS is_article,
    CASE
        WHEN read.is_article THEN 'article'
        WHEN read.outcome IS NOT NULL THEN read.outcome
        WHEN tried.is_fetched THEN 'not_read_yet'
        WHEN tried.reason IS NULL THEN 'not_tried_yet'
        ELSE tried.reason
    END AS fate
FROM listed
JOIN lake.staging.current_sources AS sources USING (source_id)
LEFT JOIN tried USING (url_key)
LEFT JOIN read USING (url_key)
