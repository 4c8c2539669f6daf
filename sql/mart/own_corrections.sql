-- what:   what a later reading of the same bytes says otherwise: corrections of our own data, not of the publisher's text
-- grain:  one row per capture, reading and field that came out otherwise than in the reading before
-- key:    capture_id, extractor, attempt, field
-- reads:  staging.articles
-- text:   old_value, new_value
-- column article_id: stable id of the article
-- column capture_id: the capture that was read again
-- column url: address after redirects
-- column extractor: name and version of what read it now
-- column attempt: which try of this extractor it is, from 1
-- column old_extractor: what had read it before
-- column corrected_at: when it was read again
-- column snapshot_id: state of the lake that brought the new reading: `sillok sql --as-of` with one less shows the old one
-- column field: column of staging.articles, or authors (their names)
-- column old_value: as it was; of a body its characters and a digest; null where nothing was read
-- column new_value: as it is; likewise
WITH again AS (
    SELECT capture_id FROM lake.staging.articles GROUP BY capture_id HAVING count(*) > 1
),
readings AS (
    SELECT
        read.capture_id, read.article_id, read.url, read.extractor, coalesce(read.attempt, 1) AS attempt, read.extracted_at, read.snapshot_id,
        MAP {
            'outcome': read.outcome,
            'lang': read.lang,
            'title': read.title,
            'publisher': read.publisher,
            'portal': read.portal,
            'section': read.section,
            'published_at': strftime(timezone('UTC', read.published_at), '%Y-%m-%dT%H:%M:%SZ'),
            'published_date': read.published_date::VARCHAR,
            'modified_at': strftime(timezone('UTC', read.modified_at), '%Y-%m-%dT%H:%M:%SZ'),
            'authors': array_to_string(list_transform(read.authors, lambda author: author.name), ', '),
            'body': read.body_chars || ' characters, ' || md5(array_to_string(read.body, chr(10)))[1:8],
            'is_paywalled': read.is_paywalled::VARCHAR,
            'rights_redistribution': read.rights_redistribution,
            'rights_reproduction': read.rights_reproduction,
            'rights_ai_training': read.rights_ai_training
        } AS fields
    FROM lake.staging.articles AS read
    WHERE read.capture_id IN (SELECT again.capture_id FROM again)
),
compared AS (
    SELECT *, lag(extractor) OVER reads AS old_extractor, lag(fields) OVER reads AS old_fields
    FROM readings
    WINDOW reads AS (PARTITION BY capture_id ORDER BY extracted_at, extractor, attempt)
),
told AS (
    SELECT *, unnest(map_keys(fields)) AS field FROM compared WHERE old_fields IS NOT NULL
)
SELECT
    article_id, capture_id, url, extractor, attempt, old_extractor, extracted_at AS corrected_at, snapshot_id::BIGINT AS snapshot_id, field,
    old_fields[field] AS old_value, fields[field] AS new_value
FROM told
WHERE old_fields[field] IS DISTINCT FROM fields[field]
