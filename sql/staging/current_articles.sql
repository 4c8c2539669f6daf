-- what:   each capture as the newest extractor read it, with the name under which its publisher is counted
-- grain:  one row per capture offered to the extractor
-- key:    capture_id
-- reads:  staging.articles, staging.capture_texts, staging.current_sources
-- column capture_id: WARC-Record-ID of the capture
-- column article_id: article that the capture shows
-- column source_id: source that it was fetched for
-- column publisher: the news organisation; the source's name where the page does not state one
-- column outcome: ok, or why there is no article
-- column captured_at: when the page was fetched, or saved
-- column version_number: 1 for the first text of an article, counting changes of headline or body
-- column is_current: this capture shows the article as it stands now
-- column text_sha256: digest of headline and body: equal where nothing was reworded
-- The wide rows go through no window and no sort: they are joined to what is told from digests.
SELECT
    articles.* EXCLUDE (publisher, text_sha256),
    coalesce(articles.publisher, CASE WHEN sources.kind IN ('publisher', 'agency') THEN sources.name END) AS publisher,
    coalesce(sources.is_sample, false) AS is_sample,
    placed.text_sha256, placed.is_new_text, placed.version_number, placed.is_current
FROM lake.staging.articles AS articles
JOIN lake.staging.capture_texts AS placed
    ON placed.capture_id = articles.capture_id AND placed.extractor = articles.extractor
    AND placed.attempt = coalesce(articles.attempt, 1)
LEFT JOIN lake.staging.current_sources AS sources ON sources.source_id = articles.source_id
