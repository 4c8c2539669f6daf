-- what:   which annotation of each reading of a text counts: the newest that went well
-- grain:  one row per capture and extractor
-- key:    capture_id, extractor
-- reads:  staging.annotations
-- column capture_id: WARC-Record-ID of the capture
-- column extractor: name and version of what read the text
-- column annotator: names and versions of the enrichers whose rows count
SELECT capture_id, extractor, arg_max(annotator, annotated_at) AS annotator
FROM lake.staging.annotations
WHERE outcome = 'ok'
GROUP BY capture_id, extractor
