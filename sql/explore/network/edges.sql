-- what:   People and organisations that the articles found name together, the surest pairs first
-- title:  Network
-- reads:  network
-- column one: one name
-- column one_kind: person or organisation
-- column other: the other name
-- column other_kind: person or organisation
-- column articles: articles found that name both
-- column one_articles: articles found that name the one
-- column other_articles: articles found that name the other
-- column pmi: in bits; 0 = together as often as by chance
-- column log_likelihood: Dunning's G2; above 10.83 less than one in a thousand by chance
-- column beyond_chance: together more often than one chance in a thousand
SELECT
    a AS one, a_kind AS one_kind, b AS other, b_kind AS other_kind, articles, a_articles AS one_articles,
    b_articles AS other_articles, pmi, log_likelihood, is_significant AS beyond_chance
FROM network($query, kinds := 'person organisation', least := $least)
ORDER BY is_significant DESC, log_likelihood DESC, articles DESC, one, other
LIMIT $most
