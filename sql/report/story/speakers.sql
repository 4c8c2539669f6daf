-- what:   Who is quoted in it
-- title:  Who spoke
-- reads:  mart.story_articles, mart.quotes
-- column speaker: full name, resolved; as written where it is not known
-- column kind: person, organisation, anonymous or crowd
-- column quotes: quotations
-- column articles: articles that quote them
-- column outlets: publishers of these articles
SELECT
    coalesce(quotes.speaker_name, quotes.speaker) AS speaker, quotes.speaker_type AS kind, count(*) AS quotes,
    count(DISTINCT quotes.article_id) AS articles, count(DISTINCT quotes.publisher) AS outlets
FROM story_articles AS told
JOIN quotes USING (article_id)
WHERE told.story_id = $story AND coalesce(quotes.speaker_name, quotes.speaker) IS NOT NULL
GROUP BY ALL
ORDER BY articles DESC, quotes DESC, speaker
LIMIT 40
