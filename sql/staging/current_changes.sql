-- what:   Comparisons that still stand: of captures that follow each other as the newest extractor read them
-- grain:  one row per capture that has one before it
-- key:    new_capture_id
-- reads:  staging.changes, staging.standing_changes
-- column article_id: article that both captures show
-- column outcome: unchanged, cosmetic, title_only, body, title_and_body or too_large
SELECT changes.*
FROM lake.staging.changes AS changes
JOIN lake.staging.standing_changes AS standing USING (article_id, new_capture_id, old_capture_id, extractor, differ)
