-- what:   which article is a copy of which, whole or in part, how much they share, and what tells which was first
-- grain:  one row per pair of articles that share text
-- key:    article_id, first_article_id
-- reads:  staging.copies, staging.compared
-- rule:   jaccard BETWEEN 0 AND 1
-- column article_id: the later article
-- column first_article_id: the earlier article
-- column first_by: credit (the later names the earlier's publisher as its source), portal, published, captured, number (arrival)
-- column shared_count: different word 3-grams in common
-- column share_of_later: share of the later article's 3-grams in common, 0 to 1
-- column share_of_first: share of the earlier article's 3-grams in common, 0 to 1
-- column jaccard: 3-grams in common of all 3-grams of both, 0 to 1
-- column linker: name and version of what gave the verdict
SELECT
    article_id, first_article_id, first_by, shared_count, share_of_later, share_of_first, jaccard, linker
FROM lake.staging.copies
WHERE linker = (SELECT arg_max(linker, compared_at) FROM lake.staging.compared)
-- An article whose text was changed has been compared again: the newest texts that share something speak for it.
QUALIFY row_number() OVER (
    PARTITION BY least(article_id, first_article_id), greatest(article_id, first_article_id)
    ORDER BY greatest(number, first_number) DESC, least(number, first_number) DESC
) = 1
