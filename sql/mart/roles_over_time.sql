-- what:   who was what where, from and to when, as articles state it beside the name
-- grain:  one row per person, organisation and role
-- key:    person_id, organisation_id, organisation, role
-- reads:  staging.current_mentions, mart.entities, staging.registry
-- column person_id: stable id (mart.entities)
-- column person: name of the person there
-- column organisation_id: stable id of the organisation; null where the registry does not have it
-- column organisation: its name there, else as articles write it beside the person
-- column role: as stated; null = none stated
-- column is_former: the newest article that states it says 전 or former
-- column first_seen_date: day of the first article that states it
-- column last_seen_date: day of the last article that states it
-- column last_current_date: day of the last article that states it without 전 or former; null = never so
-- column article_count: articles that state it
-- column former_article_count: of these, articles that say 전 or former
WITH bodies AS (
    SELECT DISTINCT one.name_key AS org_key, entity_id
    FROM (
        FROM lake.staging.registry WHERE type = 'organisation'
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
    ), unnest(designations) AS held(one)
    WHERE merged_into IS NULL
),
stated AS (
    SELECT m.entity_id AS person_id, m.org_key, m.org, m.role, m.is_former, m.article_id, m.seen_date
    FROM lake.staging.current_mentions AS m
    WHERE m.type = 'person' AND m.org_key <> ''
)
SELECT
    stated.person_id,
    any_value(people.name) AS person,
    organisations.entity_id AS organisation_id,
    coalesce(organisations.name, min_by(stated.org, stated.seen_date)) AS organisation,
    stated.role,
    arg_max(stated.is_former, (stated.seen_date, NOT stated.is_former, stated.article_id)) AS is_former,
    min(stated.seen_date) AS first_seen_date,
    max(stated.seen_date) AS last_seen_date,
    max(stated.seen_date) FILTER (NOT stated.is_former) AS last_current_date,
    count(DISTINCT stated.article_id) AS article_count,
    count(DISTINCT stated.article_id) FILTER (stated.is_former) AS former_article_count
FROM stated
JOIN lake.mart.entities AS people ON people.entity_id = stated.person_id
LEFT JOIN bodies USING (org_key)
LEFT JOIN lake.mart.entities AS organisations ON organisations.entity_id = bodies.entity_id
GROUP BY
    stated.person_id, organisations.entity_id, organisations.name,
    CASE WHEN organisations.entity_id IS NULL THEN stated.org_key END, stated.role
