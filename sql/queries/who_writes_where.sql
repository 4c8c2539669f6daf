-- what:   Reporters with the outlets they write for, and since when; several outlets first
-- reads:  mart.reporters
SELECT
    name,
    list_transform(publishers, lambda one: one.publisher) AS outlets,
    emails,
    article_count AS articles,
    first_seen_date AS first_day,
    last_seen_date AS last_day,
    list_distinct(list_transform(evidence, lambda said: said.kind)) AS joined_by,
    len(hints) AS perhaps_also
FROM lake.mart.reporters
ORDER BY publisher_count DESC, article_count DESC, name, reporter_id
