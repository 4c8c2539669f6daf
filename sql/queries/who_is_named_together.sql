-- what:   Who is named together with whom on a subject, and whether that is more than chance
-- reads:  network
SELECT a, b, articles, pmi, log_likelihood, is_significant
FROM lake.network('합병', kinds := 'person organisation', least := 2)
ORDER BY log_likelihood DESC, articles DESC, a, b
LIMIT 30
