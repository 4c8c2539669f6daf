-- what:   Who was quoted most, in how many outlets, and the telling words of the articles that quote them
-- title:  Who spoke, and about what
-- reads:  mart.quotes, mart.keywords
-- column speaker: full name, resolved
-- column kind: person or organisation
-- column quotes: quotations
-- column articles: articles that quote them
-- column outlets: publishers of these articles
-- column about: telling words of these articles
WITH said AS (
    SELECT speaker_name, speaker_type, article_id, publisher
    FROM quotes
    WHERE published_date BETWEEN $since AND $until AND speaker_type IN ('person', 'organisation') AND speaker_name IS NOT NULL
),
most AS (
    SELECT speaker_name, speaker_type, count(*) AS quotes, count(DISTINCT article_id) AS articles,
           count(DISTINCT publisher) AS outlets
    FROM said
    GROUP BY ALL
    ORDER BY outlets DESC, articles DESC, quotes DESC, speaker_name
    LIMIT 25
),
terms AS (
    SELECT said.speaker_name, said.speaker_type, keywords.term, sum(keywords.weight) AS weight
    FROM (SELECT DISTINCT speaker_name, speaker_type, article_id FROM said) AS said
    JOIN keywords USING (article_id)
    WHERE NOT contains(said.speaker_name, keywords.term)
    GROUP BY ALL
),
about AS (
    SELECT speaker_name, speaker_type, array_to_string(list(term ORDER BY weight DESC, term)[1:4], ', ') AS about
    FROM terms
    GROUP BY ALL
)
SELECT most.speaker_name AS speaker, most.speaker_type AS kind, most.quotes, most.articles, most.outlets, about.about
FROM most
LEFT JOIN about USING (speaker_name, speaker_type)
ORDER BY most.outlets DESC, most.articles DESC, most.quotes DESC, most.speaker_name
