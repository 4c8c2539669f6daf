-- what:   Who left, was dropped or declined, by which sentence, and why where that is stated
-- reads:  mart.events
SELECT
    published_date,
    publisher,
    "type",
    modality,
    array_to_string(who, ', ') AS who,
    what,
    happened_on,
    reason,
    "text" AS in_its_words
FROM lake.mart.events
WHERE "type" IN ('resignation', 'elimination', 'refusal')
ORDER BY published_date, publisher, article_id, number
