-- what:   how many of a publisher's pages hold each field, day by day: a field that was there and is gone shows here first
-- grain:  one row per publisher, portal, source, extractor, day of capture and field
-- key:    source_id, publisher, portal, extractor, captured_date, field
-- reads:  staging.page_shape_days
-- rule:   held_count <= page_count
-- column source_id: source that the pages were fetched for
-- column publisher: whose pages they are: the source; for portals, imports and URL lists what the pages themselves name
-- column portal: portal that shows them, when it is not the publisher
-- column extractor: name and version of what read them; shares of two extractors are not comparable
-- column captured_date: day on which the pages were fetched or saved, UTC
-- column field: what is counted; the columns of staging.page_shapes say what each means
-- column page_count: pages of which it can be said: for is_article all that were read, for the others articles
-- column held_count: of those, with the field
-- column share: held_count of page_count, 0 to 1
-- column body_chars_median: median length of that day's bodies, characters; the same for every field
WITH counted AS (
    SELECT * EXCLUDE (fields), unnest(fields, recursive := true) FROM lake.staging.page_shape_days
)
SELECT
    source_id, publisher, portal, extractor, captured_date, field, page_count, held_count,
    held_count / page_count AS share,
    body_chars_median
FROM counted
WHERE page_count > 0
