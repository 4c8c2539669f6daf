-- what:   which article belongs to which story, in the order of publication
-- grain:  one row per article that is in a story
-- key:    article_id
-- reads:  staging.story_places, staging.story_articles
-- column story_id: stable id of the story
-- column article_id: stable id of the article
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
-- column terms: what it was compared by, heaviest first, with kind and weight; null for copies
-- column continues_story_id: story that this one goes on from, a cap having closed it; else null
-- column opened_at: time of the article that opened the story; a late article may be older
-- column linker: name and version of the grouping
SELECT
    p.story_id, p.article_id, p.position, p.news_at, p.news_date, p.publisher, p.portal, p.title,
    p.minutes_after_first, p.is_copy, p.outcome, p.likeness, compared.terms, p.continues_story_id, p.opened_at, p.linker
FROM lake.staging.story_places AS p
JOIN lake.staging.story_articles AS compared ON compared.number = p.number
