-- what:   Who said what about the Blue Sail (푸른돛) programme
-- reads:  mart.quotes, mart.article_facts, matching
WITH found AS MATERIALIZED (
    SELECT facts.article_id, facts.published_at
    FROM lake.matching('푸른돛|"Blue Sail"') AS hits
    JOIN (SELECT article_id, published_at FROM lake.mart.article_facts) AS facts ON facts.article_id = hits.article_id
)
SELECT quotes.published_date, quotes.publisher, coalesce(quotes.speaker_name, quotes.speaker) AS speaker, quotes.speaker_type, quotes."text"
FROM lake.mart.quotes AS quotes
JOIN found ON found.article_id = quotes.article_id
ORDER BY found.published_at, quotes.article_id, quotes.number
