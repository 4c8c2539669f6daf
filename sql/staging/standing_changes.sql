-- what:   which comparisons still stand: of captures that follow each other as the newest extractor read them
-- grain:  one row per capture that has one before it
-- key:    new_capture_id
-- reads:  staging.changes, staging.articles
-- kept:   yes
-- column article_id: article that both captures show
-- column new_capture_id: the later capture
-- column old_capture_id: the one before it
-- column extractor: name and version of what read both
-- column differ: name and version of what compared them
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
SELECT changes.article_id, changes.new_capture_id, changes.old_capture_id, changes.extractor, changes.differ
FROM lake.staging.changes AS changes
JOIN series USING (article_id, extractor, old_capture_id, new_capture_id)
QUALIFY row_number() OVER (
    PARTITION BY new_capture_id ORDER BY series.extracted_at DESC, changes.extractor DESC, changes.compared_at DESC
) = 1
