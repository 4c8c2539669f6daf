-- what:   What publishers allow of the period's articles, strictest statement found
-- title:  Rights
-- reads:  mart.rights
-- column publisher: the news organisation
-- column articles: articles
-- column redistribution: how many may be passed on; nothing stated is not allowed
-- column ai_prohibited: articles that may not train AI, by prohibition
-- column ai_permission: articles for which permission must be asked
-- column ai_allowed: articles that may
-- column ai_unstated: articles that say nothing of it
SELECT
    publisher, count(*) AS articles, count_if(redistribution IS NOT DISTINCT FROM 'allowed') AS redistribution,
    count_if(ai_training = 'prohibited') AS ai_prohibited, count_if(ai_training = 'permission_required') AS ai_permission,
    count_if(ai_training = 'allowed') AS ai_allowed, count_if(ai_training IS NULL) AS ai_unstated
FROM rights
WHERE published_date BETWEEN $since AND $until
GROUP BY publisher
ORDER BY articles DESC, publisher
