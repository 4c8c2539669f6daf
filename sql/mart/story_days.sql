-- what:   the course of each story by day: how much was told, by whom, and what was new
-- grain:  one row per story and day on which it was told
-- key:    story_id, news_date
-- reads:  staging.story_places
-- kept:   yes
-- rule:   original_count <= article_count AND article_count <= article_count_so_far
-- sum:    sum(article_count) = (SELECT count(*) FROM lake.staging.story_places)
-- column story_id: stable id of the story
-- column news_date: day of publication in the publisher's zone; the day of capture in UTC where the page states none
-- column day_number: days after the story's first article, from 1
-- column article_count: articles of that day
-- column original_count: of these, the ones that share text with no earlier article
-- column publisher_count: publishers of that day
-- column new_publishers: publishers that told the story for the first time
-- column article_count_so_far: articles of the story up to that day
-- column title: headline of the day's article that was most like the story when it came
WITH placed AS MATERIALIZED (
    SELECT story_id, position, news_date, publisher, title, is_copy, outcome, likeness FROM lake.staging.story_places
),
first_told AS (
    SELECT story_id, publisher, min(news_date) AS first_date
    FROM placed
    WHERE publisher IS NOT NULL
    GROUP BY ALL
),
days AS (
    SELECT
        story_id,
        news_date,
        count(*) AS article_count,
        count(*) FILTER (NOT is_copy) AS original_count,
        count(DISTINCT publisher) AS publisher_count,
        coalesce(
            arg_max(title, (likeness, -position)) FILTER (outcome = 'joined' AND title IS NOT NULL),
            arg_min(title, position)
        ) AS title
    FROM placed
    GROUP BY ALL
),
newcomers AS (
    SELECT story_id, first_date AS news_date, list(publisher ORDER BY publisher) AS new_publishers
    FROM first_told
    GROUP BY ALL
)
SELECT
    story_id,
    news_date,
    date_diff('day', min(news_date) OVER (PARTITION BY story_id), news_date) + 1 AS day_number,
    article_count,
    original_count,
    publisher_count,
    coalesce(new_publishers, []) AS new_publishers,
    sum(article_count) OVER (PARTITION BY story_id ORDER BY news_date)::BIGINT AS article_count_so_far,
    title
FROM days
LEFT JOIN newcomers USING (story_id, news_date)
