-- what:   every text that an article has had, with the headline and length of each
-- grain:  one row per article and text
-- key:    article_id, version_number
-- reads:  staging.current_articles
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
SELECT
    article_id,
    version_number,
    arg_min(publisher, captured_at) AS publisher,
    arg_min(title, captured_at) AS title,
    arg_min(body, captured_at) AS body,
    arg_min(body_chars, captured_at) AS body_chars,
    arg_min(modified_at, captured_at) AS modified_at,
    min(captured_at) AS first_captured_at,
    max(captured_at) AS last_captured_at,
    count(*) AS capture_count
FROM lake.staging.current_articles
WHERE outcome = 'ok'
GROUP BY article_id, version_number
