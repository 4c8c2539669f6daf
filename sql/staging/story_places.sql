-- what:   which article belongs to which story, in the order of publication, without the terms that it was compared by
-- grain:  one row per article that is in a story
-- key:    article_id
-- reads:  staging.story_articles, mart.article_facts, mart.syndication
-- kept:   yes
-- column story_id: stable id of the story
-- column article_id: stable id of the article
-- column number: order of placing (staging.story_articles)
-- column position: 1 = the first article of the story
-- column news_at: publication (noon in UTC where only the day is stated), never after the capture
-- column news_date: day of publication in the publisher's zone; the day of capture in UTC where the page states none
-- column publisher: the news organisation
-- column portal: portal that shows the article, when it is not the publisher
-- column title: headline
-- column minutes_after_first: minutes after the story's first article
-- column is_copy: shares text with an earlier article (mart.syndication), wherever that one is
-- column outcome: opened (the story began with it), joined, copy (a copy of it is in the story), continued (opened the next part of a story that a cap closed)
-- column likeness: cosine to the story as it was when the article came, 0 to 1; null for copies
-- column continues_story_id: story that this one goes on from, a cap having closed it; else null
-- column opened_at: time of the article that opened the story; a late article may be older
-- column linker: name and version of the grouping
WITH placed AS (
    SELECT
        article_id, story_id, number, news_at, outcome, likeness, continues_story_id, opened_at, linker
    FROM lake.staging.story_articles
    WHERE linker = (SELECT arg_max(linker, placed_at) FROM lake.staging.story_articles) AND story_id IS NOT NULL
)
SELECT
    p.story_id,
    p.article_id,
    p.number,
    row_number() OVER stories AS position,
    p.news_at,
    coalesce(a.published_date, a.captured_at::DATE) AS news_date,
    a.publisher,
    a.portal,
    a.title,
    date_diff('minute', first_value(p.news_at) OVER stories, p.news_at) AS minutes_after_first,
    coalesce(s.position > 1, false) AS is_copy,
    p.outcome,
    p.likeness,
    p.continues_story_id,
    p.opened_at,
    p.linker
FROM placed AS p
JOIN lake.mart.article_facts AS a USING (article_id)
LEFT JOIN lake.mart.syndication AS s USING (article_id)
WINDOW stories AS (PARTITION BY p.story_id ORDER BY p.news_at, p.article_id)
