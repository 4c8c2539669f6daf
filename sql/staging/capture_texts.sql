-- what:   of each capture the reading that counts, and which text of its article it shows
-- grain:  one row per capture offered to the extractor
-- key:    capture_id
-- reads:  staging.articles
-- kept:   yes
-- column capture_id: WARC-Record-ID of the capture
-- column extractor: the newest that read it
-- column attempt: its last reading
-- column text_sha256: digest of headline and body: equal where nothing was reworded
-- column is_new_text: the article's text before it was another one, as far as one extractor read both
-- column version_number: 1 for the first text of an article, counting changes of headline or body
-- column is_current: this capture shows the article as it stands now
-- Texts go through no window and no sort: what follows what is told from digests. Rows of older lakes have none: their
-- texts are read for it, and theirs alone.
WITH digested AS (
    SELECT capture_id, extractor, attempt, extracted_at, article_id, captured_at, outcome, text_sha256
    FROM lake.staging.articles
    WHERE text_sha256 IS NOT NULL
    UNION ALL
    SELECT
        capture_id, extractor, attempt, extracted_at, article_id, captured_at, outcome,
        sha256(concat_ws(chr(10), title, array_to_string(body, chr(10))))
    FROM lake.staging.articles
    WHERE text_sha256 IS NULL
),
readings AS (
    SELECT * REPLACE (coalesce(attempt, 1) AS attempt) FROM digested
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
)
SELECT
    capture_id, extractor, attempt, text_sha256, is_new_text,
    CASE WHEN outcome = 'ok' THEN count(*) FILTER (is_new_text) OVER texts END AS version_number,
    outcome = 'ok' AND row_number() OVER (
        PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at DESC, capture_id DESC
    ) = 1 AS is_current
FROM told
WINDOW texts AS (PARTITION BY article_id, outcome = 'ok' ORDER BY captured_at, capture_id)
