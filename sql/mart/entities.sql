-- what:   people, organisations and places of the corpus, each once, under whatever names, as known now
-- grain:  one row per entity
-- key:    entity_id
-- reads:  staging.registry
-- rule:   first_seen_date <= last_seen_date
-- column entity_id: stable id; staging.registry says of an id that is gone what it was merged into
-- column type: person, organisation or place
-- column name: the word list's where it has the entity, else the one used most
-- column alias_count: other spellings in articles as they stand now, up to 99 of them
-- column article_count: articles as they stand now that name the entity
-- column publisher_count: publishers of these articles
-- column first_seen_date: day of the first article
-- column last_seen_date: day of the last article
-- column wikidata_id: item of Wikidata; null = not known
-- column decided_by: machine, or hand (data/registry/decisions.csv)
-- column why: the kinds of evidence that joined its names, or the reason that the hand gave
SELECT
    entity_id,
    type,
    name,
    len(list_filter(names, lambda one: one.name <> registry.name)) AS alias_count,
    article_count,
    publisher_count,
    first_seen_date,
    last_seen_date,
    wikidata_id,
    decided_by,
    why
FROM (
    FROM lake.staging.registry
    QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY revision DESC) = 1
) AS registry
WHERE merged_into IS NULL AND article_count > 0
