-- what:   How much of what is quoted has a name to it, by publisher
-- reads:  mart.quotes
SELECT
    publisher,
    count(*) AS quotes,
    count(*) FILTER (speaker_type = 'person') AS named,
    count(*) FILTER (speaker_type = 'organisation') AS organisations,
    count(*) FILTER (speaker_type IN ('anonymous', 'crowd')) AS anonymous,
    count(*) FILTER (speaker_type IS NULL) AS unknown,
    round(count(*) FILTER (speaker_type = 'person') / count(*), 2) AS named_share
FROM lake.mart.quotes
WHERE paragraph >= 0
GROUP BY publisher
ORDER BY publisher
