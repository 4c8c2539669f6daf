-- what:   how many articles each publisher ran, with copies and without
-- grain:  one row per publisher, day and section
-- key:    publisher, news_date, section
-- reads:  mart.article_facts, mart.syndication
-- kept:   yes
-- rule:   article_count = original_count + copy_count
-- rule:   portal_count + repeat_count + wire_count <= copy_count
-- sum:    sum(article_count) = (SELECT count(*) FROM lake.mart.article_facts)
-- column publisher: the news organisation
-- column news_date: day of publication in the publisher's zone; the day of capture in UTC where the page states none
-- column section: the publisher's own; null where the page states none
-- column article_count: articles
-- column original_count: without copies: articles that share text with no earlier one
-- column copy_count: articles that are copies, whole or in part, of an earlier one; article_count = original_count + copy_count
-- column portal_count: of the copies, the publisher's own article shown by a portal
-- column repeat_count: of the copies, the publisher's own text again
-- column wire_count: of the copies, those whose text names an agency or the sender of a press release
SELECT
    a.publisher,
    coalesce(a.published_date, a.captured_at::DATE) AS news_date,
    a.section,
    count(*) AS article_count,
    count(*) FILTER (coalesce(s.position, 1) = 1) AS original_count,
    count(*) FILTER (s.position > 1) AS copy_count,
    count(*) FILTER (s.relation = 'portal') AS portal_count,
    count(*) FILTER (s.relation = 'same_publisher') AS repeat_count,
    count(*) FILTER (s.relation IN ('wire', 'press_release')) AS wire_count
FROM lake.mart.article_facts AS a
LEFT JOIN lake.mart.syndication AS s USING (article_id)
GROUP BY ALL
