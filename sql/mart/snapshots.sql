-- what:   every state that the lake had: what was committed when, by which stage; rows taken out of our own data show here
-- grain:  one row per snapshot that is kept
-- key:    snapshot_id
-- reads:  ops.batches
-- column snapshot_id: its number: `sillok sql --as-of NUMBER` asks the lake as it stood then
-- column committed_at: when
-- column stage: the stage that committed it; null for the ledger of runs and for the lake's own making
-- column message: its batch, or what else was committed
-- column run_id: the run that brought the batch
-- column kind: removed (rows were taken out), tables (made or altered), views, or rows (came in)
-- column row_count: rows that the batch brought; null where no batch was
-- column tables: tables that the batch brought rows into
SELECT
    made.snapshot_id::BIGINT AS snapshot_id,
    made.snapshot_time AS committed_at,
    made.author AS stage,
    made.commit_message AS message,
    batches.run_id,
    CASE
        WHEN len(list_filter(map_keys(made.changes), lambda one: one LIKE '%deleted%' OR one = 'tables_dropped')) > 0
            THEN 'removed'
        WHEN len(list_filter(map_keys(made.changes), lambda one: one LIKE 'views%' OR one LIKE '%macro%')) > 0
            THEN 'views'
        WHEN len(list_filter(map_keys(made.changes), lambda one: one LIKE '%created' OR one LIKE '%altered')) > 0
            THEN 'tables'
        ELSE 'rows'
    END AS kind,
    batches.row_count,
    list_transform(batches.files, lambda one: one."table") AS tables
FROM ducklake_snapshots('lake') AS made
LEFT JOIN lake.ops.batches AS batches ON batches.batch_id = made.commit_message
