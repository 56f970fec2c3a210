-- Which operations changed or deleted a row, so that what happened to it is found without reading the whole journal. Its
-- creation is found by its time.

CREATE TABLE derived_row_change (
	-- Follows from operation: can be made again from there.
	row_id TEXT NOT NULL,
	operation_id INTEGER NOT NULL REFERENCES operation(id),
	PRIMARY KEY (row_id, operation_id)
) WITHOUT ROWID;
INSERT INTO derived_row_change
	SELECT json_extract(detail, '$.row_id'), id FROM operation WHERE op_type IN ('modify_row', 'delete_row');
INSERT INTO derived_row_change
	SELECT DISTINCT item.value, operation.id FROM operation, json_each(detail, '$.row_ids') AS item
	WHERE op_type IN ('modify_rows', 'delete_rows');
CREATE INDEX operation_by_time ON operation(op_time);
