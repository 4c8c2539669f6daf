-- what:   Texts that most other articles of the period repeat, and who had them first
-- title:  Copied most
-- reads:  mart.syndication, mart.articles
-- column text: headline of the first article that has the text
-- column first: publisher of that article
-- column copies: articles of the period that share text with an earlier article of the group
-- column outlets: publishers of these copies
-- column source: agency or sender of a press release that the copies name
-- column url: address of the first article
WITH ran AS (
    SELECT copy.group_id, copy.publisher, copy.wire_source, copy.first_article_id, copy.first_publisher
    FROM syndication AS copy
    JOIN articles ON articles.article_id = copy.article_id
    WHERE copy.position > 1 AND articles.published_date BETWEEN $since AND $until
)
SELECT
    any_value(articles.title) AS text, any_value(ran.first_publisher) AS first, count(*) AS copies,
    count(DISTINCT ran.publisher) AS outlets, string_agg(DISTINCT ran.wire_source, ', ') AS source,
    any_value(articles.url) AS url
FROM ran
LEFT JOIN articles ON articles.article_id = ran.first_article_id
GROUP BY ran.group_id
ORDER BY outlets DESC, copies DESC, text
LIMIT 15
