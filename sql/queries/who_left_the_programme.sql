-- what:   Who left the Blue Sail (푸른돛) programme: how each outlet first put it, in the first 50 articles that speak of leaving
-- reads:  matching, mart.article_facts, staging.search_sentences
WITH found AS MATERIALIZED (
    SELECT hits.number, facts.article_id, facts.publisher, facts.published_at
    FROM lake.matching(
        '푸른돛|"Blue Sail" 탈락|떨어졌|포기|신청|나서|eliminated|"turned down"|"not apply"|"cut from"'
    ) AS hits
    JOIN (SELECT article_id, publisher, published_at FROM lake.mart.article_facts WHERE portal IS NULL) AS facts
        ON facts.article_id = hits.article_id
    ORDER BY facts.published_at, facts.article_id
    LIMIT 50  -- so few numbers are passed down into the reading of sentences; of more, every file would be unpacked
)
SELECT
    strftime(timezone('Asia/Seoul', published_at), '%m-%d %H:%M') AS seoul_time,
    publisher,
    trim(regexp_extract(
        sentence, '[^.]*(탈락|떨어졌|포기|신청하지 않|나서지 않|eliminated|turned down|would not apply|cut from)[^.]*\.?'
    )) AS in_its_words
FROM found
JOIN lake.staging.search_sentences AS sentences ON sentences.number = found.number
WHERE sentences.place > 0 AND in_its_words <> ''
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY sentences.place) = 1
ORDER BY published_at, publisher
