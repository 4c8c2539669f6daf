-- what:   Articles whose changed text was seen in the period: headlines, corrections said and unsaid
-- title:  Changes after publication
-- reads:  mart.corrections
-- column publisher: the news organisation
-- column headline: as it stands now
-- column before: headline before, where it changed
-- column change: correction, reply or update, as the article says itself; else silent
-- column words_added: new words in the body
-- column words_removed: words gone from the body
-- column seen: when the new text was first seen
-- column url: address
SELECT
    publisher, coalesce(new_title, title) AS headline, old_title AS before,
    coalesce(notice_kind, CASE WHEN is_declared THEN 'declared' ELSE 'silent' END) AS change,
    words_added, words_removed, strftime(timezone($zone, new_captured_at), '%m-%d %H:%M') AS seen, url
FROM corrections
WHERE CAST(timezone($zone, new_captured_at) AS DATE) BETWEEN $since AND $until AND outcome <> 'cosmetic'
ORDER BY is_declared, old_title IS NULL, coalesce(words_added, 0) + coalesce(words_removed, 0) DESC, url
LIMIT 50
