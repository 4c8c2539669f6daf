-- what:   what came of the inputs of each run, stage by stage
-- grain:  one row per run, stage, thing counted and outcome
-- key:    run_id, stage, what, outcome
-- reads:  ops.runs
-- column run_id: the Prefect flow run
-- column stage: ingest, backfill, extract, enrich, publish
-- column what: what is counted
-- column outcome: how it ended
-- column count: how many
-- column started_at: when the stage began
-- column ended_at: when it ended
SELECT
    run_id, stage, unnest(counts).what AS what, unnest(counts).outcome AS outcome, unnest(counts).count AS count,
    started_at, ended_at
FROM lake.ops.runs
