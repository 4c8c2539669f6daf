-- what:   how many of a publisher's pages hold each field, day by day: a field that was there and is gone shows here first
-- grain:  one row per publisher, portal, source, extractor, day of capture and field
-- key:    source_id, publisher, portal, extractor, captured_date, field
-- reads:  staging.page_shapes
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
WITH days AS (
    SELECT
        source_id, publisher, portal, extractor, captured_at::DATE AS captured_date,
        median(body_chars) FILTER (is_article) AS body_chars_median,
        [
            {'field': 'is_article', 'page_count': count(is_article), 'held_count': count_if(is_article)},
            {
                'field': 'has_title',
                'page_count': count(has_title) FILTER (is_article),
                'held_count': count_if(has_title) FILTER (is_article)
            },
            {
                'field': 'is_title_bare',
                'page_count': count(is_title_bare) FILTER (is_article),
                'held_count': count_if(is_title_bare) FILTER (is_article)
            },
            {
                'field': 'has_subtitle',
                'page_count': count(has_subtitle) FILTER (is_article),
                'held_count': count_if(has_subtitle) FILTER (is_article)
            },
            {
                'field': 'has_section',
                'page_count': count(has_section) FILTER (is_article),
                'held_count': count_if(has_section) FILTER (is_article)
            },
            {
                'field': 'has_authors',
                'page_count': count(has_authors) FILTER (is_article),
                'held_count': count_if(has_authors) FILTER (is_article)
            },
            {
                'field': 'has_author_email',
                'page_count': count(has_author_email) FILTER (is_article),
                'held_count': count_if(has_author_email) FILTER (is_article)
            },
            {
                'field': 'has_published_at',
                'page_count': count(has_published_at) FILTER (is_article),
                'held_count': count_if(has_published_at) FILTER (is_article)
            },
            {
                'field': 'is_published_to_minute',
                'page_count': count(is_published_to_minute) FILTER (is_article),
                'held_count': count_if(is_published_to_minute) FILTER (is_article)
            },
            {
                'field': 'has_captions',
                'page_count': count(has_captions) FILTER (is_article),
                'held_count': count_if(has_captions) FILTER (is_article)
            },
            {
                'field': 'has_topics',
                'page_count': count(has_topics) FILTER (is_article),
                'held_count': count_if(has_topics) FILTER (is_article)
            },
            {
                'field': 'has_related_headlines',
                'page_count': count(has_related_headlines) FILTER (is_article),
                'held_count': count_if(has_related_headlines) FILTER (is_article)
            },
            {
                'field': 'has_rights_notice',
                'page_count': count(has_rights_notice) FILTER (is_article),
                'held_count': count_if(has_rights_notice) FILTER (is_article)
            },
            {
                'field': 'is_source_lang',
                'page_count': count(is_source_lang) FILTER (is_article),
                'held_count': count_if(is_source_lang) FILTER (is_article)
            },
            {
                'field': 'is_own_method',
                'page_count': count(is_own_method) FILTER (is_article),
                'held_count': count_if(is_own_method) FILTER (is_article)
            },
            {
                'field': 'is_cleanly_decoded',
                'page_count': count(is_cleanly_decoded) FILTER (is_article),
                'held_count': count_if(is_cleanly_decoded) FILTER (is_article)
            }
        ] AS fields
    FROM lake.staging.page_shapes
    GROUP BY ALL
),
counted AS (
    SELECT * EXCLUDE (fields), unnest(fields, recursive := true) FROM days
)
SELECT
    source_id, publisher, portal, extractor, captured_date, field, page_count, held_count,
    held_count / page_count AS share,
    body_chars_median
FROM counted
WHERE page_count > 0
