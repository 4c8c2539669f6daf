-- what:   every text that an article has had, with what changed from the one before
-- grain:  one row per article and text
-- key:    article_id, version_number
-- reads:  staging.current_articles, staging.current_changes
-- rule:   first_captured_at <= last_captured_at
-- text:   body
-- column article_id: stable id of the article
-- column version_number: 1 for the first text seen
-- column publisher: the news organisation
-- column title: headline of this text
-- column body: paragraphs of this text
-- column body_chars: characters of the body
-- column modified_at: last change as the page states it
-- column first_captured_at: first capture that shows this text
-- column last_captured_at: last capture that shows this text
-- column capture_count: captures that show this text
-- column change: what became of the text before: body, title_only, ... (mart.corrections); null for the first, and before linking
-- column words_added: words of the body that the text before had not
-- column words_removed: words of the text before that are gone
-- column is_declared: this text says of itself that it was changed
-- column seconds_since_previous: from the last capture of the text before to the first of this one
-- Bodies go through no aggregate: in memory these would be the corpus. Each text is that of the first capture of it.
WITH versions AS (
    SELECT
        article_id,
        version_number,
        arg_min(publisher, (captured_at, capture_id)) AS publisher,
        arg_min(modified_at, (captured_at, capture_id)) AS modified_at,
        min(captured_at) AS first_captured_at,
        max(captured_at) AS last_captured_at,
        count(*) AS capture_count,
        arg_min(capture_id, (captured_at, capture_id)) AS first_capture_id
    FROM lake.staging.current_articles
    WHERE outcome = 'ok'
    GROUP BY article_id, version_number
)
SELECT
    versions.article_id,
    versions.version_number,
    versions.publisher,
    texts.title,
    texts.body,
    texts.body_chars,
    versions.modified_at,
    versions.first_captured_at,
    versions.last_captured_at,
    versions.capture_count,
    changes.outcome AS change,
    changes.words_added,
    changes.words_removed,
    changes.is_declared,
    changes.seconds_between AS seconds_since_previous
FROM lake.staging.current_articles AS texts
-- By article too: who asks for one article reads the texts of that one alone.
JOIN versions ON versions.article_id = texts.article_id AND versions.first_capture_id = texts.capture_id
LEFT JOIN lake.staging.current_changes AS changes ON changes.new_capture_id = texts.capture_id
