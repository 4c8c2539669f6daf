-- what:   every change of an article's text after it was first seen, word by word, and whether the article says so
-- grain:  one row per article and change
-- key:    article_id, new_capture_id
-- reads:  staging.current_changes, staging.current_articles
-- rule:   old_captured_at <= new_captured_at
-- text:   passages, notice
-- column article_id: stable id of the article
-- column new_capture_id: the first capture that shows the new text
-- column publisher: the news organisation
-- column url: address after redirects
-- column outcome: title_only, body, title_and_body, cosmetic (blanks, punctuation, lines of times), or too_large
-- column title: headline after the change, without markers
-- column old_title: headline with markers before; null where it stayed
-- column new_title: headline with markers after; null where it stayed
-- column words_added: words of the body that are new; null where too_large
-- column words_removed: words of the body that are gone; null where too_large
-- column passages: what was added, removed, reworded, with paragraphs from 0
-- column is_declared: the new text says of itself that it was changed
-- column notice_kind: correction, reply or update; null where silent
-- column notice: the notice as printed, or the headline's marker; null where silent
-- column is_time_moved: the page states another time of last change than before
-- column published_at: publication
-- column modified_at: last change as the page states it
-- column old_captured_at: when the old text was last seen
-- column new_captured_at: when the new text was first seen
-- column seconds_between: between those two: the change lies within
SELECT
    changes.article_id,
    changes.new_capture_id,
    articles.publisher,
    articles.url,
    changes.outcome,
    articles.title,
    changes.old_title,
    changes.new_title,
    changes.words_added,
    changes.words_removed,
    changes.passages,
    changes.is_declared,
    changes.notice_kind,
    changes.notice,
    changes.is_time_moved,
    articles.published_at,
    articles.modified_at,
    changes.old_captured_at,
    changes.new_captured_at,
    changes.seconds_between
FROM lake.staging.current_changes AS changes
JOIN lake.staging.current_articles AS articles ON articles.capture_id = changes.new_capture_id
WHERE changes.outcome <> 'unchanged' AND articles.outcome = 'ok'
