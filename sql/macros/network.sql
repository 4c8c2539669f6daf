-- what:   who is named together with whom in the articles that a search finds, every pair, with how much more than by chance
-- macro:  network(query, kinds := 'person organisation place', least := 2)
-- parameter query: as in search()
-- parameter kinds: which of person, organisation, place, parted by blanks
-- parameter least: only pairs with so many articles in common
-- example: network('네이버')
-- grain:  one row per pair of names, most articles first; no pair is left out but by `least`
-- reads:  named_in
-- column a: one name, the first of both by kind and spelling
-- column a_kind: person, organisation or place
-- column b: the other name
-- column b_kind: person, organisation or place
-- column articles: articles found that name both
-- column a_articles: articles found that name a
-- column b_articles: articles found that name b
-- column pmi: pointwise mutual information within the articles found, in bits; 0 = together as often as by chance
-- column log_likelihood: Dunning's G2 of the pair
-- column is_significant: G2 above 10.83 (less than one in a thousand by chance) and together more often than by chance
WITH named AS MATERIALIZED (
    FROM lake.mart.named_in(query, kinds := kinds)
),
names AS (
    SELECT counts.*, row_number() OVER (ORDER BY counts.kind, counts.name) AS id
    FROM (SELECT named.name, named.kind, count(*) AS articles FROM named GROUP BY named.name, named.kind) AS counts
    WHERE counts.articles >= least
),
total AS (
    SELECT count(DISTINCT named.number) AS articles FROM named
),
held AS MATERIALIZED (
    SELECT named.number, names.id
    FROM named
    JOIN names ON names.name = named.name AND names.kind = named.kind
),
pairs AS (
    SELECT counts.*
    FROM (
        SELECT one.id AS a_id, other.id AS b_id, count(*) AS k
        FROM held AS one
        JOIN held AS other ON other.number = one.number AND other.id > one.id
        GROUP BY one.id, other.id
    ) AS counts
    WHERE counts.k >= least
),
counted AS (
    SELECT
        a.name AS a, a.kind AS a_kind, b.name AS b, b.kind AS b_kind, pairs.k,
        a.articles AS na, b.articles AS nb, total.articles AS n,
        [pairs.k, a.articles - pairs.k, b.articles - pairs.k, total.articles - a.articles - b.articles + pairs.k] AS cells,
        [
            a.articles::DOUBLE * b.articles / total.articles,
            a.articles::DOUBLE * (total.articles - b.articles) / total.articles,
            b.articles::DOUBLE * (total.articles - a.articles) / total.articles,
            (total.articles - a.articles)::DOUBLE * (total.articles - b.articles) / total.articles
        ] AS expected
    FROM pairs
    JOIN names AS a ON a.id = pairs.a_id
    JOIN names AS b ON b.id = pairs.b_id,
    total
),
told AS (
    SELECT
        *,
        2 * list_sum(list_transform(
            list_zip(cells, expected), lambda cell: CASE WHEN cell[1] > 0 THEN cell[1] * ln(cell[1] / cell[2]) ELSE 0 END
        )) AS g2
    FROM counted
)
SELECT
    told.a, told.a_kind, told.b, told.b_kind, told.k AS articles, told.na AS a_articles, told.nb AS b_articles,
    round(log2(told.k::DOUBLE * told.n / (told.na * told.nb)), 4) AS pmi,
    round(told.g2, 3) AS log_likelihood,
    told.g2 > 10.83 AND told.k::DOUBLE * told.n > told.na * told.nb AS is_significant
FROM told
ORDER BY told.k DESC, told.g2 DESC, told.a, told.b
