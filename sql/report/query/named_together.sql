-- what:   People and organisations that its articles name together; over the whole corpus
-- title:  Named together
-- reads:  network
-- column one: one name
-- column other: the other name
-- column articles: articles found that name both
-- column pmi: in bits; 0 = together as often as by chance
-- column beyond_chance: together more often than one chance in a thousand
SELECT a AS one, b AS other, articles, pmi, is_significant AS beyond_chance
FROM network($query, kinds := 'person organisation')
ORDER BY is_significant DESC, articles DESC, log_likelihood DESC, a, b
LIMIT 30
