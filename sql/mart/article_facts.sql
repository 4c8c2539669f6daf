-- what:   every article as it stands now without its text: who, when, where, which use it allows; quick to count and to join
-- grain:  one row per article
-- key:    article_id
-- reads:  staging.articles, staging.capture_texts, staging.current_sources, staging.current_annotations
-- kept:   yes
-- column article_id: stable id of the article
-- column capture_id: the capture that shows it as it stands now
-- column extractor: name and version of what read it
-- column attempt: which reading of the capture by that extractor
-- column annotator: names and versions of the enrichers whose annotations count; null = none went well yet
-- column publisher: the news organisation; the source's name where the page does not state one
-- column portal: portal that shows the article, when it is not the publisher
-- column source_id: source that it was fetched for
-- column title: headline without site suffix and markers
-- column section: the publisher's own
-- column lang: BCP 47
-- column published_date: day of publication in the publisher's zone
-- column published_at: publication
-- column captured_at: when the page was fetched, or saved
-- column body_chars: characters of the body
-- column is_paywalled: the page says that the text is for subscribers
-- column version_count: texts of the article that were seen
-- column rights_holder: who holds the rights, by the notice
-- column rights_reproduction: prohibited, permission_required, allowed; null = not stated
-- column rights_redistribution: prohibited, permission_required, allowed; null = not stated
-- column rights_ai_training: prohibited, permission_required, allowed; null = not stated
-- column rights_notice: written notice as printed
-- column rights_signals: every statement found, with where
-- column url: address after redirects
-- column is_sample: of the made-up press that ships with the project
SELECT
    read.article_id, read.capture_id, read.extractor, coalesce(read.attempt, 1) AS attempt, noted.annotator,
    coalesce(read.publisher, CASE WHEN sources.kind IN ('publisher', 'agency') THEN sources.name END) AS publisher,
    read.portal, read.source_id, read.title, read.section, read.lang, read.published_date, read.published_at,
    read.captured_at, read.body_chars, read.is_paywalled, placed.version_number AS version_count,
    read.rights_holder, read.rights_reproduction, read.rights_redistribution, read.rights_ai_training,
    read.rights_notice, read.rights_signals, read.url, coalesce(sources.is_sample, false) AS is_sample
FROM lake.staging.articles AS read
JOIN lake.staging.capture_texts AS placed
    ON placed.capture_id = read.capture_id AND placed.extractor = read.extractor
    AND placed.attempt = coalesce(read.attempt, 1)
LEFT JOIN lake.staging.current_sources AS sources ON sources.source_id = read.source_id
LEFT JOIN lake.staging.current_annotations AS noted
    ON noted.capture_id = read.capture_id AND noted.extractor = read.extractor
WHERE placed.is_current
