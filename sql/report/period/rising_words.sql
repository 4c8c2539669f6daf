-- what:   Words told by more articles than in the four weeks before, by how unlikely that is (log-likelihood)
-- title:  Rising words
-- reads:  mart.keywords_daily
-- column word: telling term
-- column articles: articles of the period that it tells about
-- column share: of all articles of the period
-- column usual_share: of all articles of the four weeks before
-- column log_likelihood: G² of the two shares; 10.8 is a chance of one in a thousand
WITH counted AS (
    SELECT term, coalesce(sum(article_count) FILTER (news_date >= $since), 0)::BIGINT AS now,
           coalesce(sum(article_count) FILTER (news_date < $since), 0)::BIGINT AS earlier
    FROM keywords_daily
    WHERE news_date BETWEEN $since - 28 AND $until
    GROUP BY term
    HAVING now >= 2
),
totals AS (
    SELECT coalesce(sum(annotated) FILTER (news_date >= $since), 0)::BIGINT AS now_all,
           coalesce(sum(annotated) FILTER (news_date < $since), 0)::BIGINT AS earlier_all
    FROM (
        SELECT publisher, news_date, max(annotated_count) AS annotated
        FROM keywords_daily
        WHERE news_date BETWEEN $since - 28 AND $until
        GROUP BY ALL
    )
),
scored AS (
    SELECT term, now, now / now_all AS share, earlier / nullif(earlier_all, 0) AS usual_share,
           (now + earlier) / (now_all + earlier_all) AS both_share, now_all, earlier, earlier_all
    FROM counted, totals
)
SELECT
    term AS word, now AS articles, share, usual_share,
    CASE WHEN earlier_all > 0 THEN
        2 * (now * ln(share / both_share)
             + CASE WHEN earlier > 0 THEN earlier * ln(usual_share / both_share) ELSE 0 END
             + CASE WHEN now < now_all THEN (now_all - now) * ln((1 - share) / (1 - both_share)) ELSE 0 END
             + CASE WHEN earlier < earlier_all THEN (earlier_all - earlier) * ln((1 - usual_share) / (1 - both_share)) ELSE 0 END)
    END AS log_likelihood
FROM scored
WHERE usual_share IS NULL OR share > usual_share
ORDER BY log_likelihood DESC NULLS LAST, now DESC, term
LIMIT 25
