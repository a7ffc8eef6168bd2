-- The advertising network's id of the click that the session's campaign came with.
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS click_id Nullable(String) AFTER utm_campaign;

-- A view has the columns that its table had when it was made.
CREATE OR REPLACE VIEW sessions_latest AS
SELECT * EXCEPT (is_deleted, superseded_by)
FROM sessions FINAL
WHERE is_deleted = 0
SETTINGS do_not_merge_across_partitions_select_final = 1;
