-- what:   Who said what about the Blue Sail (푸른돛) programme
-- reads:  mart.quotes, mart.article_facts, matching
SELECT quotes.published_date, quotes.publisher, coalesce(quotes.speaker_name, quotes.speaker) AS speaker, quotes.speaker_type, quotes."text"
FROM lake.matching('푸른돛|"Blue Sail"') AS found
JOIN lake.mart.quotes AS quotes ON quotes.article_id = found.article_id
JOIN lake.mart.article_facts AS articles ON articles.article_id = found.article_id
ORDER BY articles.published_at, quotes.article_id, quotes.number
