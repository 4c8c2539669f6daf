-- what:   every event told in an article as it stands now: who, by whom, what, when, and how it is told
-- grain:  one row per event told in an article, current articles only
-- key:    article_id, number
-- reads:  staging.events, mart.article_facts
-- text:   text
-- column article_id: stable id of the article
-- column number: from 0 within the article
-- column type: appointment, resignation, award, selection, elimination, merger, contract, indictment, verdict, death, disaster, earnings, launch or refusal
-- column modality: asserted, planned, denied or alleged
-- column who: whom it happened to, or who did it (resigned, won, launched, declined)
-- column decided_by: who decided it: appointed, chose, charged, judged
-- column what: post, prize, contest, charge, sentence, product, offer, result
-- column happened_on: day or interval; null = not stated
-- column reason: as stated for those in who, and for nobody else
-- column is_reason_inferred: the reporter supposes the reason
-- column text: the sentence that tells it: the evidence
-- column trigger: the words that tell it
-- column paragraph: body paragraph from 0; -1 headline, -2 and below captions
-- column start: first character
-- column end: one past the last character
-- column confidence: how sure the rule is, 0 to 1
-- column publisher: the news organisation
-- column published_date: day of publication in the publisher's zone
-- column title: headline of the article
-- column annotator: names and versions of the enrichers
SELECT
    articles.article_id, said.number, said."type", said.modality, said.who, said.decided_by, said.what, said.happened_on, said.reason, said.is_reason_inferred, said."text", said."trigger", said.paragraph, said."start", said."end", said.confidence,
    articles.publisher, articles.published_date, articles.title, articles.annotator
FROM lake.staging.events AS said
JOIN lake.mart.article_facts AS articles
    ON articles.capture_id = said.capture_id AND articles.extractor = said.extractor AND articles.annotator = said.annotator
