-- what:   every name in the newest annotated text of an article, with the entity behind it
-- grain:  one row per article and name in it, other names of a body or place in the same article too
-- key:    number, type, annotation_number, name_number
-- reads:  staging.registered, staging.entity_mentions, staging.entity_picks, staging.registry, staging.registry_passes
-- column number: the annotated text (staging.registered)
-- column type: person, organisation or place
-- column annotation_number: number in staging.people, organisations or places
-- column name_number: 0 the name, from 1 its other names in the text
-- column entity_id: whom the name means (mart.entities)
-- column article_id: stable id of the article
-- column name: as written, without invisible characters
-- column name_key: what the spellings of the name share
-- column org: people: organisation stated beside the name, as written
-- column org_key: its key; empty where none is stated
-- column role: people: role stated beside the name
-- column is_former: people: the article says 전 or former
-- column is_introduced: the text introduces this short form
-- column publisher: the news organisation
-- column seen_date: day of publication, of capture where none is stated
WITH linkers AS (
    SELECT arg_max(linker, pass_number) AS linker FROM lake.staging.registry_passes
),
texts AS (
    SELECT number, article_id, publisher, seen_date FROM lake.staging.registered
    WHERE linker = (SELECT linker FROM linkers)
    QUALIFY row_number() OVER (
        PARTITION BY article_id ORDER BY captured_at DESC, capture_id DESC, annotated_at DESC, number DESC) = 1
),
picked AS (
    SELECT number, name_key, org_key FROM lake.staging.entity_picks
    QUALIFY row_number() OVER (PARTITION BY number, name_key ORDER BY revision DESC) = 1
),
homes AS (
    SELECT entity_id, type, one.name_key AS name_key, one.org_key AS org_key
    FROM (
        FROM lake.staging.registry
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
    ), unnest(designations) AS held(one)
    WHERE merged_into IS NULL
)
SELECT
    m.number, m.type, m.annotation_number, m.name_number, homes.entity_id, texts.article_id, m.name, m.name_key,
    m.org, m.org_key, m.role, m.is_former, m.is_introduced, texts.publisher, texts.seen_date
FROM lake.staging.entity_mentions AS m
JOIN texts ON texts.number = m.number
-- Within the key: a condition of its own on the left side alone makes DuckDB compare every mention with every pick.
LEFT JOIN picked
    ON picked.number = m.number
    AND picked.name_key = CASE WHEN m.type = 'person' AND m.org_key = '' THEN m.name_key END
JOIN homes ON homes.type = m.type AND homes.name_key = m.main_name_key
 AND homes.org_key = CASE WHEN m.org_key = '' THEN coalesce(picked.org_key, '') ELSE m.org_key END
