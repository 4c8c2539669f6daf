-- what:   What happened to whom, and whether it is asserted, planned, denied or alleged
-- title:  Events
-- reads:  mart.events
-- column type: appointment, resignation, award, selection, elimination, merger, contract and others
-- column modality: asserted, planned, denied or alleged
-- column who: whom it happened to, or who did it
-- column decided_by: who decided it
-- column what: post, prize, contest, charge, sentence, product
-- column happened_on: day or interval
-- column reason: as stated
SELECT type, modality, array_to_string(who, ', ') AS who, decided_by, what, happened_on, reason
FROM events WHERE article_id = $article ORDER BY number
