-- what:   each capture as the newest extractor read it, with the name under which its publisher is counted
-- grain:  one row per capture offered to the extractor
-- key:    capture_id
-- reads:  staging.articles, staging.current_sources
-- column capture_id: WARC-Record-ID of the capture
-- column article_id: article that the capture shows
-- column source_id: source that it was fetched for
-- column publisher: the news organisation; the source's name where the page does not state one
-- column outcome: ok, or why there is no article
-- column captured_at: when the page was fetched, or saved
-- column version_number: 1 for the first text of an article, counting changes of headline or body
-- column is_current: this capture shows the article as it stands now
-- column text_sha256: digest of headline and body: equal where nothing was reworded
-- Texts go through no window and no sort: what follows what is told from digests, and the wide rows are joined to that.
WITH readings AS (
    SELECT
        capture_id, extractor, coalesce(attempt, 1) AS attempt, extracted_at, article_id, captured_at, outcome,
        sha256(concat_ws(chr(10), title, array_to_string(body, chr(10)))) AS text_sha256
    FROM lake.staging.articles
),
newest AS (
    SELECT * FROM readings
    QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY extracted_at DESC, extractor DESC, attempt DESC) = 1
),
told AS (
    SELECT
        *,
        -- Two extractors may read one text in two ways: only what one of them read twice can have been changed.
        outcome = 'ok' AND text_sha256 IS DISTINCT FROM lag(text_sha256) OVER texts
            AND coalesce(extractor = lag(extractor) OVER texts, true) AS is_new_text
    FROM newest
    WINDOW texts AS (PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at, capture_id)
),
placed AS (
    SELECT
        capture_id, extractor, attempt, text_sha256, is_new_text,
        CASE WHEN outcome = 'ok' THEN count(*) FILTER (is_new_text) OVER texts END AS version_number,
        outcome = 'ok' AND row_number() OVER (
            PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at DESC, capture_id DESC
        ) = 1 AS is_current
    FROM told
    WINDOW texts AS (PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at, capture_id)
)
SELECT
    articles.* EXCLUDE (publisher),
    coalesce(articles.publisher, CASE WHEN sources.kind IN ('publisher', 'agency') THEN sources.name END) AS publisher,
    coalesce(sources.is_sample, false) AS is_sample,
    placed.text_sha256, placed.is_new_text, placed.version_number, placed.is_current
FROM lake.staging.articles AS articles
JOIN placed
    ON placed.capture_id = articles.capture_id AND placed.extractor = articles.extractor
    AND placed.attempt = coalesce(articles.attempt, 1)
LEFT JOIN lake.staging.current_sources AS sources ON sources.source_id = articles.source_id
