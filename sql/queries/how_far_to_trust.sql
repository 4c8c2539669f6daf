-- what:   How far the counts can be trusted: for each mart and column the figure measured, on what, and for which version
-- reads:  mart.accuracy
SELECT mart, field, figure, value, low, high, "set", set_size, made_by, measured_date
FROM lake.mart.accuracy
ORDER BY mart, field, figure, "set"
