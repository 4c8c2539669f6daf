-- what:   How much of the coverage a subject has, day by day, and how complete the archive is on those days
-- reads:  trend
SELECT period AS day, articles, all_articles, printf('%.1f %%', 100 * share) AS share, estimated_articles, completeness
FROM lake.trend('합병')
