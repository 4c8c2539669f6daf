-- what:   The article as it stands now
-- title:  Text
-- reads:  staging.articles, staging.current_sources, staging.story_articles
-- column headline: as it stands now
-- column deck: lines under the headline
-- column body: paragraphs
-- column captions: words under the pictures
-- column publisher: the news organisation; the source's name where the page does not state one
-- column portal: portal that shows it, when it is not the publisher
-- column published: time of publication, or the day where only that is stated
-- column changed: last change as the page states it
-- column captured: when the page was fetched, or saved
-- column authors: people credited, with role
-- column section: the publisher's own
-- column topics: the publisher's tags
-- column texts: texts of the article that were seen
-- column story_id: the story that it belongs to
-- column reproduction: prohibited, permission_required, allowed; null = not stated
-- column redistribution: prohibited, permission_required, allowed; null = not stated
-- column ai_training: prohibited, permission_required, allowed; null = not stated
-- column notice: written notice as printed
-- column article_id: stable id of the article
-- column url: address
-- text:   deck, body, captions
WITH readings AS (
    SELECT * FROM lake.staging.articles
    WHERE article_id = $article
    QUALIFY row_number() OVER (PARTITION BY capture_id ORDER BY extracted_at DESC, extractor DESC, attempt DESC) = 1
),
newest AS (
    SELECT * FROM readings WHERE outcome = 'ok' ORDER BY captured_at DESC, capture_id DESC LIMIT 1
)
SELECT
    newest.title AS headline, newest.subtitle AS deck, newest.body, [one.text FOR one IN newest.captions] AS captions,
    coalesce(newest.publisher, sources.name) AS publisher, newest.portal,
    coalesce(strftime(timezone($zone, newest.published_at), '%Y-%m-%d %H:%M'), newest.published_date::VARCHAR) AS published,
    strftime(timezone($zone, newest.modified_at), '%Y-%m-%d %H:%M') AS changed,
    strftime(timezone($zone, newest.captured_at), '%Y-%m-%d %H:%M') AS captured,
    array_to_string([concat_ws(' ', one.name, one.role) FOR one IN newest.authors], ', ') AS authors,
    newest.section, array_to_string(newest.topics, ', ') AS topics,
    (SELECT count(DISTINCT text_sha256) FROM readings WHERE outcome = 'ok') AS texts,
    (
        SELECT arg_max(story_id, linker) FROM lake.staging.story_articles
        WHERE article_id = $article AND story_id IS NOT NULL
    ) AS story_id,
    newest.rights_reproduction AS reproduction, newest.rights_redistribution AS redistribution,
    newest.rights_ai_training AS ai_training, newest.rights_notice AS notice, newest.article_id, newest.url
FROM newest
LEFT JOIN lake.staging.current_sources AS sources ON sources.source_id = newest.source_id
