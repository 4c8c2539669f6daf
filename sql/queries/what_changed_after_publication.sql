-- what:   Articles whose text changed after it was first seen here, with both headlines
-- reads:  mart.article_versions
SELECT
    publisher,
    arg_min(title, version_number) AS first_title,
    arg_max(title, version_number) AS last_title,
    count(*) AS texts,
    arg_max(body_chars, version_number) - arg_min(body_chars, version_number) AS characters_added,
    max(modified_at) AS modified_at
FROM lake.mart.article_versions
-- Articles with a second text first: otherwise the headlines of all would be grouped.
WHERE article_id IN (SELECT article_id FROM lake.mart.article_versions WHERE version_number > 1)
GROUP BY article_id, publisher
HAVING count(*) > 1
ORDER BY modified_at DESC, publisher
