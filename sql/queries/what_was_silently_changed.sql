-- what:   Articles whose words changed after publication without a correction, with the old words and the new
-- reads:  mart.corrections
SELECT
    publisher,
    title,
    old_title,
    passage.old_text,
    passage.new_text,
    passage.new_paragraph,
    round(seconds_between / 3600, 1) AS within_hours
FROM (
    SELECT *, unnest(CASE WHEN len(passages) > 0 THEN passages ELSE [NULL] END) AS passage
    FROM lake.mart.corrections
    WHERE NOT is_declared AND outcome <> 'cosmetic'
)
ORDER BY new_captured_at DESC, publisher, title, passage.new_paragraph NULLS LAST
