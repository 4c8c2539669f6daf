-- what:   Organisations named
-- title:  Organisations
-- reads:  mart.organisations
-- column name: name that the article uses most
-- column other_names: its other names in the article
-- column times: how often the article names it
SELECT name, array_to_string(aliases, ', ') AS other_names, len(mentions) AS times
FROM organisations WHERE article_id = $article ORDER BY number
