/* What a base tells of itself as a whole. */
#include "base/base_internal.h"

bool base_version_read(struct store_conn *conn, int64_t *out, struct error *err)
{
	sqlite3_stmt *stmt;
	bool row;

	if (!store_prepare_c(conn, "SELECT max(id) FROM operation", &stmt, err) || !store_step(conn, stmt, &row, err))
		return false;
	*out = row ? store_column_int(stmt, 0) : 0;
	store_reset(stmt);
	return true;
}

bool base_get_model(struct base *base, struct model **out, struct error *err)
{
	struct base_read read;

	if (!base_read_begin(base, &read, err))
		return false;
	*out = read.model;
	read.model = NULL;
	base_read_end(&read);
	return true;
}

bool base_get_version(struct base *base, int64_t *out, struct error *err)
{
	struct store_conn *conn;
	bool ok;

	if (!store_read_begin(base->db, &conn, err))
		return false;
	ok = base_version_read(conn, out, err);
	store_read_end(base->db, &conn);
	return ok;
}

static bool has_auto_number(const struct model *model)
{
	for (size_t t = 0; t < model->table_count; t++) {
		for (size_t c = 0; c < model->tables[t].column_count; c++) {
			if (model->tables[t].columns[c]->type->id == TYPE_auto_number)
				return true;
		}
	}
	return false;
}

bool base_read_refresh(struct base_read *read, struct error *err)
{
	if (!has_auto_number(read->model))
		return true;
	model_release(&read->model);
	return base_model_load(read->conn, &read->model, err);
}

bool base_write_metadata(struct base *base, struct json_out *out, struct error *err)
{
	struct base_read read;
	int64_t version;
	bool ok;

	if (!base_read_begin(base, &read, err))
		return false;
	ok = base_version_read(read.conn, &version, err) && base_read_refresh(&read, err);
	if (ok) {
		json_object(out);
		json_key(out, "metadata");
		model_write(read.model, version, out);
		json_object_end(out);
	}
	base_read_end(&read);
	return ok;
}
