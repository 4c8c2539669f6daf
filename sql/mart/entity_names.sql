-- what:   the names of every entity with what tells that they are its: spellings, word lists, short forms that articles introduce
-- grain:  one row per entity and spelling
-- key:    entity_id, name
-- reads:  staging.registry
-- column entity_id: stable id (mart.entities)
-- column type: person, organisation or place
-- column entity_name: name of the entity in mart.entities
-- column name: as articles write it
-- column is_joined: the entity is counted wherever the name stands; false: only in articles that give both names
-- column evidence: name (the entity's own key), else what tells it: hand, word_list, introduced, same_article, same_organisation, same_company
-- column article_count: articles that use the name for the entity
-- column publisher_count: publishers of these articles
-- column introduced_article_count: of these, articles that introduce it as a short form (이하 …)
-- column introduced_publisher_count: publishers of these articles
-- column first_seen_date: day of the first article that uses it
-- column last_seen_date: day of the last article that uses it
WITH current AS (
    SELECT
        entity_id, type, name AS entity_name, evidence, unnest(names) AS one,
        list_transform(designations, lambda held: held.name_key) AS joined_keys
    FROM (
        FROM lake.staging.registry
        QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
    )
    WHERE merged_into IS NULL AND article_count > 0
)
SELECT
    entity_id, type, entity_name, one.name AS name,
    bool_or(list_contains(joined_keys, one.name_key)) AS is_joined,
    any_value(CASE
        WHEN NOT list_contains(joined_keys, one.name_key)
            THEN [if(one.introduced_article_count > 0, 'introduced', 'same_article')]
        ELSE coalesce(nullif(list_sort(list_distinct(list_transform(
            list_filter(evidence, lambda said: said.name_key = one.name_key), lambda said: said.kind))), []), ['name'])
    END) AS evidence,
    max(one.article_count) AS article_count,
    max(one.publisher_count) AS publisher_count,
    max(one.introduced_article_count) AS introduced_article_count,
    max(one.introduced_publisher_count) AS introduced_publisher_count,
    min(one.first_seen_date) AS first_seen_date,
    max(one.last_seen_date) AS last_seen_date
FROM current
GROUP BY entity_id, type, entity_name, one.name
