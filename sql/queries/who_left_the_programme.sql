-- what:   Who left the Blue Sail (푸른돛) programme: how each outlet first put it
-- reads:  mart.articles, matching
SELECT
    strftime(timezone('Asia/Seoul', published_at), '%m-%d %H:%M') AS seoul_time,
    publisher,
    trim(regexp_extract(
        paragraph, '[^.]*(탈락|떨어졌|포기|신청하지 않|나서지 않|eliminated|turned down|would not apply|cut from)[^.]*\.?'
    )) AS in_its_words
FROM (
    SELECT
        articles.article_id, articles.publisher, articles.published_at,
        unnest(articles.body) AS paragraph, generate_subscripts(articles.body, 1) AS number
    FROM lake.matching('푸른돛|"Blue Sail"') AS found
    JOIN lake.mart.articles AS articles ON articles.article_id = found.article_id
    WHERE articles.portal IS NULL
)
WHERE in_its_words <> ''
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY number) = 1
ORDER BY published_at, publisher
