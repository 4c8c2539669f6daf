-- what:   who and what is named in the articles that a search finds: what the networks are made of
-- macro:  named_in(query, kinds := 'person organisation place')
-- parameter query: as in search()
-- parameter kinds: which of person, organisation, place, parted by blanks
-- example: named_in('네이버')
-- grain:  one row per article found and name in it
-- reads:  matching, staging.search_texts, staging.people, staging.organisations, staging.places
-- column number: number of its text in the index (staging.search_texts)
-- column name: as the article writes it
-- column kind: person, organisation or place
WITH asked AS (
    SELECT CASE
        WHEN len(list_filter(string_split_regex(trim(kinds), '[\s,]+'), lambda k: k NOT IN ('person', 'organisation', 'place'))) > 0
        THEN error('kinds takes person, organisation and place, parted by blanks: network(''네이버'', kinds := ''person organisation'')')
        ELSE string_split_regex(trim(kinds), '[\s,]+')
    END AS kind_list
),
found AS MATERIALIZED (
    SELECT hits.number, texts.capture_id, texts.extractor, texts.annotator
    FROM lake.mart.matching(query) AS hits
    JOIN lake.staging.search_texts AS texts ON texts.number = hits.number
),
named AS (
    SELECT capture_id, extractor, annotator, name, 'person' AS kind FROM lake.staging.people
    UNION ALL
    SELECT capture_id, extractor, annotator, name, 'organisation' AS kind FROM lake.staging.organisations
    UNION ALL
    SELECT capture_id, extractor, annotator, name, 'place' AS kind FROM lake.staging.places
)
SELECT DISTINCT found.number, named.name, named.kind
FROM named
JOIN found
    ON found.capture_id = named.capture_id AND found.extractor = named.extractor AND found.annotator = named.annotator
WHERE named.kind IN (SELECT unnest(asked.kind_list) FROM asked)
