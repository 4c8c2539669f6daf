-- what:   How outlets treat a subject: share of their coverage, reports of their own, how many voices, how anonymous
-- reads:  sources_compared
SELECT
    publisher, articles, own_articles, printf('%.1f %%', 100 * share) AS share_of_its_articles, quotes, speakers,
    printf('%.0f %%', 100 * anonymous_share) AS anonymous
FROM lake.sources_compared('합병')
