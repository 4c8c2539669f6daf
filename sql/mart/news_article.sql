-- what:   each article as schema.org's NewsArticle, in JSON: for search engines, archives and whoever reads JSON-LD
-- grain:  one row per article
-- key:    article_id
-- reads:  mart.articles, mart.rights, mart.people, mart.organisations, mart.places, mart.keywords
-- form:   fixed
-- column article_id: stable id of the article
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column news_article: the JSON object; a property that is not known is not there. articleBody, alternativeHeadline and captions only where reproduction and redistribution are allowed
WITH people AS (
    SELECT
        article_id,
        list(json_merge_patch('{}', json_object(
            '@type', 'Person', 'name', name, 'jobTitle', role,
            'affiliation', CASE WHEN org IS NOT NULL THEN json_object('@type', 'Organization', 'name', org) END
        )) ORDER BY number) AS things
    FROM lake.mart.people
    GROUP BY article_id
),
organisations AS (
    SELECT article_id, list(json_object('@type', 'Organization', 'name', name) ORDER BY number) AS things
    FROM lake.mart.organisations
    GROUP BY article_id
),
places AS (
    SELECT
        article_id,
        list(json_merge_patch('{}', json_object(
            '@type', 'Place', 'name', name,
            'geo', CASE WHEN lat IS NOT NULL THEN
                json_object('@type', 'GeoCoordinates', 'latitude', lat, 'longitude', lon) END
        )) ORDER BY number) AS things
    FROM lake.mart.places
    GROUP BY article_id
),
keywords AS (
    SELECT article_id, list(term ORDER BY number) AS terms FROM lake.mart.keywords GROUP BY article_id
),
told AS (
    SELECT
        articles.*,
        list_transform(articles.captions, lambda one: struct_pack("text" := one."text", credit := one.credit, url := CASE
            WHEN one.url LIKE 'http%' THEN one.url
            WHEN one.url LIKE '//%' THEN 'https:' || one.url
            WHEN one.url LIKE '/%' THEN nullif(regexp_extract(articles.url, '^https?://[^/]+'), '') || one.url
        END)) AS pictures,
        rights.holder, rights.notice,
        coalesce(rights.reproduction = 'allowed' AND rights.redistribution = 'allowed', false) AS is_free,
        regexp_extract(
            array_to_string(list_transform(
                list_filter(rights.signals, lambda one: one.scope = 'page'), lambda one: one.raw
            ), ' '),
            'https?://[^\s"<>]*(?:creativecommons\.org|kogl\.or\.kr)[^\s"<>]*'
        ) AS license,
        concat_ws('; ',
            'reproduction: ' || rights.reproduction, 'redistribution: ' || rights.redistribution,
            'AI training: ' || rights.ai_training
        ) AS usage
    FROM lake.mart.articles AS articles
    JOIN lake.mart.rights AS rights ON rights.article_id = articles.article_id
)
SELECT
    told.article_id,
    told.publisher,
    told.published_date,
    json_merge_patch('{}', json_object(
        '@context', 'https://schema.org',
        '@type', 'NewsArticle',
        'identifier', told.article_id,
        'url', told.url,
        'headline', told.title,
        'alternativeHeadline', CASE WHEN told.is_free THEN nullif(array_to_string(told.subtitle, ' / '), '') END,
        'datePublished', coalesce(strftime(told.published_at, '%Y-%m-%dT%H:%M:%SZ'), told.published_date::VARCHAR),
        'dateModified', strftime(told.modified_at, '%Y-%m-%dT%H:%M:%SZ'),
        'author', CASE WHEN len(told.authors) > 0 THEN list_transform(told.authors, lambda one:
            json_merge_patch('{}', json_object('@type', 'Person', 'name', one.name, 'jobTitle', one.role))) END,
        'publisher', CASE WHEN told.publisher IS NOT NULL THEN
            json_object('@type', 'NewsMediaOrganization', 'name', told.publisher) END,
        'articleSection', told.section,
        'keywords', CASE WHEN len(told.topics) > 0 THEN told.topics ELSE keywords.terms END,
        'mentions', nullif(
            coalesce(people.things, []) || coalesce(organisations.things, []) || coalesce(places.things, []), []
        ),
        'inLanguage', told.lang,
        'isAccessibleForFree', NOT told.is_paywalled,
        'isBasedOn', told.original_url,
        'image', nullif(list_transform(list_filter(told.pictures, lambda one: one.url IS NOT NULL), lambda one:
            json_merge_patch('{}', json_object('@type', 'ImageObject', 'contentUrl', one.url, 'creditText', one.credit,
                'caption', CASE WHEN told.is_free THEN one."text" END))), []),
        'license', nullif(told.license, ''),
        'usageInfo', CASE WHEN told.usage <> '' THEN json_object('@type', 'CreativeWork', 'text', told.usage) END,
        'copyrightHolder', CASE WHEN told.holder IS NOT NULL THEN
            json_object('@type', 'Organization', 'name', told.holder) END,
        'copyrightNotice', told.notice,
        'articleBody', CASE WHEN told.is_free THEN nullif(array_to_string(told.body, chr(10)), '') END
    ))::VARCHAR AS news_article
FROM told
LEFT JOIN people ON people.article_id = told.article_id
LEFT JOIN organisations ON organisations.article_id = told.article_id
LEFT JOIN places ON places.article_id = told.article_id
LEFT JOIN keywords ON keywords.article_id = told.article_id
