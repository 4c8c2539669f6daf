-- what:   articles whose text was seen to change since a day, newest change first
-- macro:  changed(since)
-- parameter since: day or instant (UTC) from which on
-- example: changed(DATE '2026-01-01')
-- grain:  one row per article and change
-- reads:  mart.corrections
-- column new_captured_at: when the new text was first seen
-- column publisher: the news organisation
-- column outcome: title_only, body, title_and_body, cosmetic or too_large
-- column is_declared: the new text says of itself that it was changed
-- column notice: the notice as printed, or the headline's marker; null where silent
-- column old_title: headline before; null where it stayed
-- column new_title: headline after; null where it stayed
-- column words_added: words of the body that are new
-- column words_removed: words of the body that are gone
-- column url: address after redirects
-- column article_id: stable id of the article
SELECT
    changes.new_captured_at, changes.publisher, changes.outcome, changes.is_declared, changes.notice, changes.old_title,
    changes.new_title, changes.words_added, changes.words_removed, changes.url, changes.article_id
FROM lake.mart.corrections AS changes
WHERE changes.new_captured_at >= since::TIMESTAMPTZ
ORDER BY changes.new_captured_at DESC, changes.article_id
