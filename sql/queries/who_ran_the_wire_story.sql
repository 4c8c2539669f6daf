-- what:   Who ran whose copy: articles that repeat an earlier one, whole or in part, and how much of it
-- reads:  mart.syndication
SELECT
    first_publisher AS first_ran_by,
    coalesce(portal, publisher) AS ran_by,
    minutes_after_first AS minutes_later,
    printf('%d %%', round(100 * share)::INT) AS shared,
    relation,
    title
FROM lake.mart.syndication
WHERE position > 1
ORDER BY first_ran_by, group_id, position
