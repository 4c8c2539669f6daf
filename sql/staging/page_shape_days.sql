-- what:   how many of a day's pages hold each field, all fields of a publisher, portal and extractor in one row
-- grain:  one row per source, publisher, portal, extractor and day of capture
-- key:    source_id, publisher, portal, extractor, captured_date
-- reads:  staging.page_shapes
-- kept:   yes
-- column source_id: source that the pages were fetched for
-- column publisher: as in staging.page_shapes
-- column portal: portal that shows the pages
-- column extractor: name and version of what read them
-- column captured_date: day of capture, UTC
-- column body_chars_median: median length of the bodies, characters
-- column fields: each field (staging.page_shapes) with the pages on which it can be and those on which it is
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
