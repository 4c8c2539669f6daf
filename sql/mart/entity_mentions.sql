-- what:   which article names which person, organisation or place, as it stands now
-- grain:  one row per article and entity named in it
-- key:    article_id, entity_id
-- reads:  staging.current_mentions, mart.entities
-- column article_id: stable id of the article
-- column entity_id: stable id (mart.entities)
-- column type: person, organisation or place
-- column entity_name: name of the entity in mart.entities
-- column names: as the article writes them
-- column org: people: organisation stated beside the name
-- column role: people: role stated beside the name
-- column is_former: people: the article says 전 or former
-- column publisher: the news organisation
-- column seen_date: day of publication, of capture where none is stated
SELECT
    m.article_id,
    m.entity_id,
    entities.type,
    any_value(entities.name) AS entity_name,
    list(DISTINCT m.name ORDER BY m.name) AS names,
    arg_min(m.org, m.annotation_number) AS org,
    arg_min(m.role, m.annotation_number) AS role,
    bool_or(m.is_former) AS is_former,
    any_value(m.publisher) AS publisher,
    any_value(m.seen_date) AS seen_date
FROM lake.staging.current_mentions AS m
JOIN lake.mart.entities AS entities USING (entity_id)
GROUP BY m.article_id, m.entity_id, entities.type
