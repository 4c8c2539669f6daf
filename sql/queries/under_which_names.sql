-- what:   Organisations, places and people with more than one name, and what tells that the names are one's
-- reads:  mart.entities, mart.entity_names
SELECT
    entities.type,
    entities.name,
    names.name AS also_named,
    names.evidence AS because,
    names.is_joined AS counts_everywhere,
    names.article_count AS articles,
    names.publisher_count AS publishers,
    entities.wikidata_id,
    entities.decided_by
FROM lake.mart.entities AS entities
JOIN lake.mart.entity_names AS names USING (entity_id)
WHERE names.name <> entities.name
ORDER BY entities.article_count DESC, entities.entity_id, names.article_count DESC, names.name
