-- what:   Who merges with whom, read from sentences built as ORG 과 ORG … 합병
-- reads:  pattern
SELECT found[1] AS one, found[2] AS other, count(DISTINCT article_id) AS articles, min(published_date) AS first_date, arg_min(sentence, published_date) AS sentence
FROM lake.pattern('ORG "과" ORG "합병"', gap := 40)
WHERE found[1] <> found[2]
GROUP BY ALL
ORDER BY articles DESC, one, other
