-- what:   Words that go with it more than with other news; over the whole corpus
-- title:  Related words
-- reads:  related_words
-- column word: keyword or key phrase
-- column articles: articles found that have it
-- column all_articles: all articles that have it
-- column log_likelihood: above 10.8 less than one in a thousand by chance
SELECT word, articles, all_articles, log_likelihood
FROM related_words($query, most := 25)
ORDER BY log_likelihood DESC, word
