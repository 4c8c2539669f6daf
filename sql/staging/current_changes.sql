-- what:   Comparisons that still stand: of captures that follow each other as the newest extractor read them
-- grain:  one row per capture that has one before it
-- key:    new_capture_id
-- reads:  staging.changes, staging.articles
-- column article_id: article that both captures show
-- column outcome: unchanged, cosmetic, title_only, body, title_and_body or too_large
WITH series AS (
    SELECT
        article_id,
        extractor,
        extracted_at,
        capture_id AS new_capture_id,
        lag(capture_id) OVER (PARTITION BY article_id, extractor ORDER BY captured_at, capture_id) AS old_capture_id
    FROM lake.staging.articles
    WHERE outcome = 'ok'
)
-- A capture that an import brings in between two others parts their pair: its row stays and is passed over here.
SELECT changes.*
FROM lake.staging.changes AS changes
JOIN series USING (article_id, extractor, old_capture_id, new_capture_id)
QUALIFY row_number() OVER (
    PARTITION BY new_capture_id ORDER BY series.extracted_at DESC, changes.extractor DESC, changes.compared_at DESC
) = 1
