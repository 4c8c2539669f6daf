-- what:   what each reading of a page found, one flag a field: what fill rates and drift are counted from; no body is read
-- grain:  one row per capture and extractor
-- key:    capture_id, extractor
-- reads:  staging.articles, raw.sources
-- column capture_id: WARC-Record-ID of the capture
-- column extractor: name and version of what read the page; only pages read by the same one are comparable
-- column source_id: source that it was fetched for
-- column publisher: whose page it is: the source; for portals, imports and URL lists what the page itself names
-- column portal: portal that shows it
-- column captured_at: when the page was fetched, or saved
-- column extracted_at: when it was read
-- column is_article: an article was read; the flags below count only where it was
-- column has_title: headline found
-- column is_title_bare: the headline does not end in the publisher's name; null without a headline
-- column has_subtitle: deck lines found
-- column has_section: section found
-- column has_authors: somebody is credited
-- column has_author_email: an author's e-mail address stands there; null where nobody is credited
-- column has_published_at: date of publication found
-- column is_published_to_minute: that date has a time of day; null without a date
-- column has_captions: a picture's words found
-- column has_topics: publisher's tags found
-- column has_related_headlines: headlines of other articles found
-- column has_rights_notice: written notice found
-- column is_source_lang: the body is in the language that the source's file states; null where it states none
-- column is_own_method: the body was found without the last resort
-- column is_cleanly_decoded: no replacement character
-- column body_chars: characters of the body
-- column paragraph_count: paragraphs of the body; null in rows written before this column was kept
-- column title_chars: characters of the headline
SELECT
    a.capture_id,
    a.extractor,
    a.source_id,
    CASE WHEN s.kind IN ('publisher', 'agency') THEN s.name ELSE a.publisher END AS publisher,
    a.portal,
    a.captured_at,
    a.extracted_at,
    a.outcome = 'ok' AS is_article,
    a.title IS NOT NULL AS has_title,
    NOT (ends_with(a.title, a.publisher) AND length(a.title) > length(a.publisher) + 3) AS is_title_bare,
    len(a.subtitle) > 0 AS has_subtitle,
    a.section IS NOT NULL AS has_section,
    len(a.authors) > 0 AS has_authors,
    CASE WHEN len(a.authors) > 0 THEN len(list_filter(a.authors, lambda one: one.email IS NOT NULL)) > 0 END
        AS has_author_email,
    a.published_date IS NOT NULL AS has_published_at,
    a.published_precision <> 'day' AS is_published_to_minute,
    len(a.captions) > 0 AS has_captions,
    len(a.topics) > 0 AS has_topics,
    len(a.related_headlines) > 0 AS has_related_headlines,
    a.rights_notice IS NOT NULL AS has_rights_notice,
    split_part(a.lang, '-', 1) = split_part(s.lang, '-', 1) AS is_source_lang,
    a.method NOT IN ('trafilatura', 'none') AS is_own_method,
    a.replacement_share = 0 AS is_cleanly_decoded,
    a.body_chars,
    a.paragraph_count,
    length(a.title) AS title_chars
FROM lake.staging.articles AS a
LEFT JOIN (
    SELECT source_id, name, kind, lang FROM lake.raw.sources
    QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY loaded_at DESC, digest) = 1
) AS s USING (source_id)
WHERE coalesce(a.attempt, 1) = 1
