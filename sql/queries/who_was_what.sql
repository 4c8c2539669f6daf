-- what:   People named in two articles or more, with the posts they held: from and to when, and whether they left
-- reads:  mart.entities, mart.roles_over_time
SELECT
    people.name AS person,
    posts.organisation,
    posts.role,
    posts.is_former AS left_it,
    posts.first_seen_date AS first_day,
    posts.last_seen_date AS last_day,
    posts.article_count AS articles,
    people.article_count AS articles_of_person,
    people.why AS one_person_because
FROM lake.mart.roles_over_time AS posts
JOIN lake.mart.entities AS people ON people.entity_id = posts.person_id
WHERE people.article_count > 1
ORDER BY people.article_count DESC, people.entity_id, posts.first_seen_date, posts.organisation, posts.role
