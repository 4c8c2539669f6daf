-- what:   What people and bodies said they would do: promises, plans and demands in direct and indirect speech
-- reads:  mart.quotes, mart.statements
SELECT published_date, publisher, coalesce(speaker_name, speaker) AS speaker, speaker_type, form, "text"
FROM (
    SELECT article_id, number, published_date, publisher, speaker, speaker_name, speaker_type, 'direct' AS form, "text"
    FROM lake.mart.quotes
    UNION ALL
    SELECT article_id, number, published_date, publisher, speaker, speaker_name, speaker_type, 'indirect', "text"
    FROM lake.mart.statements
)
WHERE regexp_matches("text", '겠(다|습니다)?$|기로 했(다|습니다)?$|(할|될|을) (예정|계획|방침)|\bwill\b')
ORDER BY published_date, publisher, article_id, form, number
