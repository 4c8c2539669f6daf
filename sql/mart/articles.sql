-- what:   every article as it stands now
-- grain:  one row per article
-- key:    article_id
-- reads:  staging.current_articles
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
SELECT
    article_id, capture_id, publisher, portal, source_id, title, title_markers, subtitle, section, lang,
    published_date, published_at, modified_at, captured_at, authors, body, body_chars, captions, topics,
    related_headlines, comment_count, is_paywalled, version_number AS version_count,
    rights_ai_training AS ai_training, url, canonical_url,
    original_url, original_article_id, is_sample, extractor
FROM lake.staging.current_articles
WHERE is_current
