-- what:   Amounts mentioned
-- title:  Amounts
-- reads:  mart.amounts
-- column words: as written
-- column kind: money, percentage, count, measure and others
-- column value: in the unit; of an interval the lower end
-- column value_to: upper end of an interval
-- column unit: ISO 4217 (money), UCUM (measures), English noun (counts)
-- column qualifier: about, at_least, over, at_most or under
SELECT "text" AS words, kind, value, value_to, unit, qualifier FROM amounts WHERE article_id = $article ORDER BY number
