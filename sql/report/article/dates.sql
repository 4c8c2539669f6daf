-- what:   Days and times mentioned
-- title:  Dates
-- reads:  mart.dates_mentioned
-- column words: as written
-- column value: day, month, year, quarter or interval
SELECT "text" AS words, value FROM dates_mentioned WHERE article_id = $article ORDER BY number
