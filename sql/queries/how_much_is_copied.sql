-- what:   How much of what each publisher ran is its own, and how much repeats an earlier article
-- reads:  mart.coverage
SELECT
    publisher,
    sum(article_count)::BIGINT AS articles,
    sum(original_count)::BIGINT AS originals,
    sum(copy_count)::BIGINT AS copies,
    sum(wire_count)::BIGINT AS from_agencies_and_press_releases,
    round(sum(copy_count) / sum(article_count), 3) AS copied_share
FROM lake.mart.coverage
GROUP BY publisher
ORDER BY copied_share DESC, articles DESC, publisher
