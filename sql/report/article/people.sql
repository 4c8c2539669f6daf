-- what:   People named, with organisation and role as the article states them
-- title:  People
-- reads:  mart.people
-- column name: full name as written
-- column organisation: as stated near the name
-- column role: as stated near the name
-- column former: the article says 전 or former
-- column times: how often the article names them
SELECT name, org AS organisation, role, is_former AS former, len(mentions) AS times
FROM people WHERE article_id = $article ORDER BY number
