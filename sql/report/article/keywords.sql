-- what:   Telling words
-- title:  Keywords
-- reads:  mart.keywords
-- column word: term
-- column weight_share: comparable within the article; the best has 100 %
SELECT term AS word, weight AS weight_share FROM keywords WHERE article_id = $article ORDER BY number
