-- what:   Which articles may be used to train AI models, by what their publishers say
-- reads:  mart.rights
SELECT
    publisher,
    count(*) AS articles,
    count(*) FILTER (ai_training = 'allowed') AS allowed,
    count(*) FILTER (ai_training = 'permission_required') AS ask_first,
    count(*) FILTER (ai_training = 'prohibited') AS prohibited,
    count(*) FILTER (ai_training IS NULL) AS not_stated
FROM lake.mart.rights
GROUP BY publisher
ORDER BY publisher
