-- what:   How many articles the search finds, and by what they can be narrowed
-- title:  Facets
-- reads:  matching, staging.search_texts, staging.search_replaced, staging.articles, staging.people, staging.organisations
-- column facet: total, publisher, day, lang; and of the best $best articles section, rights, person, org
-- column value: what the address takes; null = not stated
-- column articles: articles
WITH found AS MATERIALIZED (
    $found
),
best AS MATERIALIZED (
    SELECT texts.number, texts.capture_id, texts.extractor, texts.annotator
    FROM (
        FROM found ORDER BY found.score DESC NULLS LAST, found.published_date DESC NULLS LAST, found.article_id LIMIT $best
    ) AS first
    JOIN lake.staging.search_texts AS texts ON texts.number = first.number
),
stated AS MATERIALIZED (
    SELECT read.section, read.rights_redistribution AS redistribution
    FROM best
    JOIN lake.staging.articles AS read
        ON read.capture_id = best.capture_id AND read.extractor = best.extractor AND read.outcome = 'ok'
),
counted AS (
    SELECT 'total' AS facet, '' AS value, count(*) AS articles FROM found
    UNION ALL
    SELECT 'publisher', found.publisher, count(*) FROM found GROUP BY ALL
    UNION ALL
    SELECT 'lang', found.lang, count(*) FROM found GROUP BY ALL
    UNION ALL
    SELECT 'day', found.published_date::VARCHAR, count(*) FROM found GROUP BY ALL
    UNION ALL
    SELECT 'section', stated.section, count(*) FROM stated GROUP BY ALL
    UNION ALL
    SELECT 'rights', coalesce(stated.redistribution, 'not_stated'), count(*) FROM stated GROUP BY ALL
    UNION ALL
    SELECT 'person', named.name, count(DISTINCT best.number)
    FROM best
    JOIN lake.staging.people AS named
        ON named.capture_id = best.capture_id AND named.extractor = best.extractor AND named.annotator = best.annotator
    GROUP BY ALL
    UNION ALL
    SELECT 'org', named.name, count(DISTINCT best.number)
    FROM best
    JOIN lake.staging.organisations AS named
        ON named.capture_id = best.capture_id AND named.extractor = best.extractor AND named.annotator = best.annotator
    GROUP BY ALL
)
SELECT facet, value, articles
FROM counted
QUALIFY facet = 'day' OR row_number() OVER (PARTITION BY facet ORDER BY articles DESC, value) <= 12
ORDER BY facet, CASE WHEN facet = 'day' THEN value END, articles DESC, value
