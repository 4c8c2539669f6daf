-- what:   who ran whose copy: groups of articles that share text, in order, each with where it probably comes from
-- grain:  one row per article in a group of copies
-- key:    article_id
-- reads:  mart.article_facts, mart.copies, staging.copy_groups, staging.compared, staging.sketched
-- kept:   yes
-- rule:   "position" BETWEEN 1 AND group_size
-- rule:   share BETWEEN 0 AND 1 AND share_of_original BETWEEN 0 AND 1
-- column group_id: the article that founded the group; stays when articles join
-- column article_id: stable id of the article
-- column position: 1 = the first of its group
-- column group_size: articles in the group
-- column publisher: the news organisation
-- column portal: portal that shows the article, when it is not the publisher
-- column title: headline
-- column published_at: publication; null where the page states only the day
-- column first_article_id: the first article of the group
-- column first_publisher: its publisher
-- column minutes_after_first: minutes between both publications; null where one of them states only the day
-- column copied_from: the earlier article that it shares most with; null for the first
-- column share: share of this article's 3-grams that copied_from has too, 0 to 1
-- column share_of_original: share of copied_from's 3-grams that this article has too, 0 to 1
-- column first_by: what tells that copied_from was earlier: credit, portal, published, captured, number
-- column relation: first; portal (a portal shows its publisher's article); same_publisher; wire, press_release (the text names an agency, a sender); copy
-- column wire_source: agency or sender of a press release that the text names as its source
WITH newest AS (
    SELECT arg_max(linker, compared_at) AS linker FROM lake.staging.compared
),
grouped AS (
    SELECT article_id, arg_max(group_id, through_number) AS group_id
    FROM lake.staging.copy_groups
    WHERE linker = (SELECT linker FROM newest)
    GROUP BY article_id
),
sources AS (
    SELECT article_id, arg_max(wire_source, number) AS wire_source, arg_max(wire_kind, number) AS wire_kind,
           arg_max(publisher, number) AS publisher
    FROM lake.staging.sketched
    GROUP BY article_id
),
origins AS (
    SELECT article_id, first_article_id AS copied_from, share_of_later AS share, share_of_first AS share_of_original,
           first_by, jaccard
    FROM lake.mart.copies
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY jaccard DESC, first_article_id) = 1
),
placed AS (
    SELECT
        grouped.group_id, a.article_id, a.portal, a.title, a.published_at, a.captured_at,
        coalesce(a.publisher, sources.publisher) AS publisher,
        sources.wire_source, sources.wire_kind,
        origins.* EXCLUDE (article_id, jaccard),
        row_number() OVER groups AS position,
        count(*) OVER (PARTITION BY grouped.group_id) AS group_size
    FROM grouped
    JOIN lake.mart.article_facts AS a USING (article_id)
    LEFT JOIN sources USING (article_id)
    LEFT JOIN origins USING (article_id)
    -- Who is the later one of some pair comes after who is not; then the clock.
    WINDOW groups AS (
        PARTITION BY grouped.group_id
        ORDER BY origins.copied_from IS NOT NULL, coalesce(a.published_at, a.captured_at), a.article_id
    )
)
SELECT
    p.group_id, p.article_id, p.position, p.group_size, p.publisher, p.portal, p.title, p.published_at,
    first.article_id AS first_article_id,
    first.publisher AS first_publisher,
    date_diff('minute', first.published_at, p.published_at) AS minutes_after_first,
    p.copied_from, p.share, p.share_of_original, p.first_by,
    CASE
        WHEN p.position = 1 THEN 'first'
        WHEN p.portal IS NOT NULL AND p.publisher = coalesce(origin.publisher, first.publisher) THEN 'portal'
        WHEN p.publisher = coalesce(origin.publisher, first.publisher) THEN 'same_publisher'
        WHEN p.wire_kind = 'press_release' THEN 'press_release'
        WHEN p.wire_kind = 'agency' AND p.wire_source <> p.publisher THEN 'wire'
        ELSE 'copy'
    END AS relation,
    p.wire_source
FROM placed AS p
JOIN placed AS first ON first.group_id = p.group_id AND first.position = 1
LEFT JOIN placed AS origin ON origin.article_id = p.copied_from
