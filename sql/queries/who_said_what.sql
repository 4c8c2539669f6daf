-- what:   Who said what about the Blue Sail (푸른돛) programme
-- reads:  mart.quotes, mart.articles
SELECT quotes.published_date, quotes.publisher, coalesce(speaker_name, speaker) AS speaker, speaker_type, "text"
FROM lake.mart.quotes AS quotes
JOIN lake.mart.articles AS articles USING (article_id)
WHERE regexp_matches(concat_ws(' ', articles.title, array_to_string(articles.body, ' ')), '푸른돛|Blue Sail')
ORDER BY articles.published_at, article_id, number
