-- what:   Where people, organisations and quotations stand in the body
-- title:  Marks
-- reads:  mart.people, mart.organisations, mart.quotes
-- column kind: person, organisation or quote
-- column paragraph: of the body, from 0
-- column begins: first character
-- column ends: one past the last character
SELECT kind, place.paragraph AS paragraph, place.start AS begins, place."end" AS ends
FROM (
    SELECT 'person' AS kind, unnest(mentions) AS place FROM people WHERE article_id = $article
    UNION ALL
    SELECT 'organisation', unnest(mentions) FROM organisations WHERE article_id = $article
    UNION ALL
    SELECT 'quote', {'paragraph': paragraph, 'start': start, 'end': "end"} FROM quotes WHERE article_id = $article
)
WHERE place.paragraph >= 0
ORDER BY paragraph, begins, ends DESC
