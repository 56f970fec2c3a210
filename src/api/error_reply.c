/* Error bodies. Clients of each family of paths read their own key (auth.md 1, "Error bodies by family"), so the family
 * is found by the path, also for errors that never reach a handler. */
#include "api/room.h"

struct error_family {
	const char *prefix;
	bool error_message; /* beside error_msg, with error_type; no "detail" then */
};

/* The first prefix that fits. The last row takes everything else. */
static const struct error_family families[] = {
	{ "/api2/", false },
	{ "/api/v2.1/", false },
	{ "/", true }, /* /api-gateway, /dtable-server, /dtable-db: [py] reads error_msg only, others error_message */
};

bool api_path_starts_with(struct str path, const char *prefix)
{
	size_t i = 0;

	for (; *prefix; prefix++) {
		if (i >= path.len || path.at[i] != *prefix)
			return false;
		i++;
		while (*prefix == '/' && i < path.len && path.at[i] == '/')
			i++;
	}
	return true;
}

static bool speaks_error_message(struct str path)
{
	size_t last = sizeof(families) / sizeof(families[0]) - 1;

	for (size_t i = 0; i < last; i++) {
		if (api_path_starts_with(path, families[i].prefix))
			return families[i].error_message;
	}
	return families[last].error_message;
}

/* Our addition: where in the statement or formula. */
static void write_place(const struct error *err, struct json_out *out)
{
	json_key(out, "error_place");
	json_object(out);
	json_field_int(out, "from", (int64_t)err->from);
	json_field_int(out, "to", (int64_t)err->to);
	json_object_end(out);
}

static void write_family(const struct error *err, bool error_message, struct json_out *out)
{
	json_object(out);
	json_field_c(out, "error_msg", err->message);
	if (error_message) {
		json_field_c(out, "error_message", err->message);
		if (err->type)
			json_field_c(out, "error_type", err->type);
		if (err->to > 0)
			write_place(err, out);
	}
	json_object_end(out);
}

static void write_one_field(const char *key, const struct error *err, struct json_out *out)
{
	json_object(out);
	json_field_c(out, key, err->message);
	json_object_end(out);
}

static void write_non_field_errors(const struct error *err, struct json_out *out)
{
	json_object(out);
	json_key(out, "non_field_errors");
	json_array(out);
	json_string_c(out, err->message);
	json_array_end(out);
	json_object_end(out);
}

void api_write_error(struct str path, const struct error *err, struct buf *body, void *app)
{
	struct json_out out = json_out_to(body);
	bool error_message = speaks_error_message(path);

	(void)app;
	switch (err->shape) {
	case SHAPE_EMPTY:
		break;
	case SHAPE_STRING:
		json_string_c(&out, err->message);
		break;
	case SHAPE_ERROR:
		write_one_field("error", err, &out);
		break;
	case SHAPE_NON_FIELD_ERRORS:
		write_non_field_errors(err, &out);
		break;
	case SHAPE_DETAIL:
		if (!error_message) {
			write_one_field("detail", err, &out);
			break;
		}
		write_family(err, error_message, &out);
		break;
	case SHAPE_FAMILY:
		write_family(err, error_message, &out);
		break;
	}
}
