-- The sessions as they are now: of each the latest revision, and none that was retracted. FINAL looks into one
-- partition at a time, since no session is in two.
CREATE VIEW IF NOT EXISTS sessions_latest AS
SELECT * EXCEPT (is_deleted, superseded_by)
FROM sessions FINAL
WHERE is_deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
