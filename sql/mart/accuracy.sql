-- what:   how far each mart can be trusted: figures measured on labelled sets, with the version that was measured
-- grain:  one row per column of a mart, set and figure
-- key:    mart, field, set, figure
-- reads:  raw.accuracy
-- rule:   value BETWEEN 0 AND 1 AND low <= value AND value <= high
-- column mart: view that the figure is about, without its schema
-- column field: its column
-- column set: what it was measured on; none = not measured
-- column set_size: pages, sentences or rows that were judged
-- column figure: f1 (of what is there and what was found), exact_share and right_share (of pages), precision, recall
-- column value: 0 to 1; null = not measured
-- column low: lower end of the 95 % interval of a share (Wilson), from set_size; null for f1, which is no share
-- column high: its upper end
-- column measured_date: when
-- column made_by: name and version of what was measured; rows by another version are not covered
-- column how: command that gives the figure, or how it was taken
WITH held AS (
    SELECT *, CASE WHEN figure <> 'f1' THEN set_size END AS n
    FROM lake.raw.accuracy
    WHERE load_number = (SELECT max(load_number) FROM lake.raw.accuracy)
)
SELECT
    split_part(mart, '.', 2) AS mart, field, "set", set_size, figure, value,
    -- greatest() and least() pass over null, and would make an interval of none.
    CASE WHEN n > 0 THEN
        greatest(0, (value + 1.92 / n - 1.96 * sqrt((value * (1 - value) + 0.96 / n) / n)) / (1 + 3.84 / n)) END AS low,
    CASE WHEN n > 0 THEN
        least(1, (value + 1.92 / n + 1.96 * sqrt((value * (1 - value) + 0.96 / n) / n)) / (1 + 3.84 / n)) END AS high,
    measured_date, made_by, how
FROM held
