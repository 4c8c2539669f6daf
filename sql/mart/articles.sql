-- what:   every article as it stands now
-- grain:  one row per article
-- key:    article_id
-- reads:  mart.article_facts, staging.articles
-- text:   body, subtitle, captions
-- column article_id: stable id of the article
-- column capture_id: the capture that shows it as it stands now
-- column publisher: the news organisation
-- column portal: portal that shows the article, when it is not the publisher
-- column source_id: source that it was fetched for
-- column title: headline without site suffix and markers
-- column title_markers: markers taken off the headline
-- column subtitle: deck lines
-- column section: the publisher's own
-- column lang: BCP 47
-- column published_date: day of publication in the publisher's zone
-- column published_at: publication
-- column modified_at: last change as the page states it
-- column captured_at: when the page was fetched, or saved
-- column authors: people credited
-- column body: paragraphs in order
-- column body_chars: characters of the body
-- column captions: pictures' words
-- column topics: publisher's tags
-- column related_headlines: headlines of other articles on the page
-- column comment_count: as the page states it
-- column is_paywalled: the page says that the text is for subscribers
-- column version_count: texts of the article that were seen
-- column ai_training: prohibited, permission_required, allowed; null = not stated
-- column url: address after redirects
-- column canonical_url: address as the page states it
-- column original_url: address of the original, where the page says that it is a copy
-- column original_article_id: the article_id that the original has, if it is here
-- column is_sample: of the made-up press that ships with the project
-- column extractor: name and version of what made the row
-- Counting and joining go quicker over mart.article_facts, which has no text to be fetched.
SELECT
    facts.article_id, facts.capture_id, facts.publisher, facts.portal, facts.source_id, facts.title,
    read.title_markers, read.subtitle, facts.section, facts.lang, facts.published_date, facts.published_at,
    read.modified_at, facts.captured_at, read.authors, read.body, facts.body_chars, read.captions, read.topics,
    read.related_headlines, read.comment_count, facts.is_paywalled, facts.version_count,
    facts.rights_ai_training AS ai_training, facts.url, read.canonical_url,
    read.original_url, read.original_article_id, facts.is_sample, facts.extractor
FROM lake.mart.article_facts AS facts
JOIN lake.staging.articles AS read
    ON read.capture_id = facts.capture_id AND read.extractor = facts.extractor
    AND coalesce(read.attempt, 1) = facts.attempt
    -- Follows from the others; it lets DuckDB pass over files that were captured at other times than what is asked for.
    AND read.captured_at = facts.captured_at
