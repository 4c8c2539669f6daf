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
WITH newest AS (
    SELECT *
    FROM lake.staging.articles
    QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY extracted_at DESC, extractor DESC) = 1
),
hashed AS (
    SELECT
        newest.* EXCLUDE (publisher),
        coalesce(newest.publisher, CASE WHEN sources.kind IN ('publisher', 'agency') THEN sources.name END) AS publisher,
        coalesce(sources.is_sample, false) AS is_sample,
        sha256(concat_ws(chr(10), newest.title, array_to_string(newest.body, chr(10)))) AS text_sha256
    FROM newest
    LEFT JOIN lake.staging.current_sources AS sources USING (source_id)
),
told AS (
    SELECT
        *,
        -- Two extractors may read one text in two ways: only what one of them read twice can have been changed.
        outcome = 'ok' AND text_sha256 IS DISTINCT FROM lag(text_sha256) OVER texts
            AND coalesce(extractor = lag(extractor) OVER texts, true) AS is_new_text
    FROM hashed
    WINDOW texts AS (PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at, capture_id)
)
SELECT
    *,
    CASE WHEN outcome = 'ok' THEN count(*) FILTER (is_new_text) OVER texts END AS version_number,
    outcome = 'ok' AND row_number() OVER (
        PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at DESC, capture_id DESC
    ) = 1 AS is_current
FROM told
WINDOW texts AS (PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at, capture_id)
