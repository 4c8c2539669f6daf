-- what:   the names of the network of a search, with how central each is
-- macro:  network_nodes(query, kinds := 'person organisation place', least := 2)
-- parameter query: as in search()
-- parameter kinds: which of person, organisation, place, parted by blanks
-- parameter least: only pairs with so many articles in common
-- example: network_nodes('네이버')
-- grain:  one row per name that stands in a pair, most articles first
-- reads:  network
-- column name: as the articles write it
-- column kind: person, organisation or place
-- column articles: articles found that name it
-- column neighbours: names that it shares `least` articles with or more
-- column significant_neighbours: of those, beyond chance (see network)
-- column together: sum of the articles over its pairs
WITH edges AS MATERIALIZED (
    FROM lake.mart.network(query, kinds := kinds, least := least)
),
ends AS (
    SELECT edges.a AS name, edges.a_kind AS kind, edges.a_articles AS articles, edges.is_significant, edges.articles AS shared FROM edges
    UNION ALL
    SELECT edges.b, edges.b_kind, edges.b_articles, edges.is_significant, edges.articles FROM edges
)
SELECT
    ends.name, ends.kind, any_value(ends.articles) AS articles, count(*) AS neighbours,
    count(*) FILTER (ends.is_significant) AS significant_neighbours, sum(ends.shared)::BIGINT AS together
FROM ends
GROUP BY ends.name, ends.kind
ORDER BY articles DESC, neighbours DESC, ends.name
