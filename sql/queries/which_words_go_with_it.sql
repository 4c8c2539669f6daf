-- what:   Which words are telling for a subject, beside all that is written
-- reads:  related_words
SELECT word, articles, all_articles, tf_idf, pmi, log_likelihood
FROM lake.related_words('합병', most := 20)
