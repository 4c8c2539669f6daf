-- what:   What was said about a subject, by whom, in whose words
-- reads:  quotes_about
SELECT published_date, coalesce(speaker_name, speaker, '(not told)') AS who, form, "text" AS words, publisher
FROM lake.quotes_about('합병')
ORDER BY published_date, who, words
