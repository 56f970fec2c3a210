/* What every base operation does first: open the base, say who calls, read the arguments that all of them share. The
 * special difficulty: a write coerces collaborator cells by names, and a read sorts by them, which are the catalog's to
 * know. */
#include "api/base_call.h"

#include "catalog/share.h"
#include "core/arena.h"
#include "core/json_in.h"
#include "core/json_make.h"

/* ---- people, as collaborator cells may name them ---- */

struct people {
	struct api_call *call;
	struct related_user *users;
	size_t count;
	bool loaded;
};

static void load_people(struct people *people, struct arena *arena)
{
	const struct api_call *call = people->call;
	struct error ignored;

	if (people->loaded)
		return;
	people->loaded = true;
	if (!share_related_users(api_catalog(call->api), arena, call->caller.base_id, &people->users, &people->count,
				 &ignored))
		people->count = 0;
}

/* Only who may use the base can be named by name or address, so that nobody finds out who else has an account. Runs
 * while the caller waits for its write, so its arena is free to use. */
static struct str find_user(void *ctx, struct arena *arena, struct str text)
{
	struct people *people = ctx;
	struct str found = { 0 };

	load_people(people, arena);
	for (size_t i = 0; i < people->count; i++) {
		const struct related_user *user = &people->users[i];

		if (!str_equal(user->name, text) && !str_equal_fold(user->contact_email, text))
			continue;
		if (found.at)
			return (struct str){ 0 };
		found = user->username;
	}
	return found;
}

static struct str name_of_user(void *ctx, struct str user)
{
	struct people *people = ctx;

	load_people(people, people->call->arena);
	for (size_t i = 0; i < people->count; i++) {
		if (str_equal(people->users[i].username, user))
			return people->users[i].name;
	}
	return (struct str){ 0 };
}

struct user_names api_user_names(struct api_call *call)
{
	struct people *people = ARENA_NEW(call->arena, struct people);

	people->call = call;
	return (struct user_names){ .name_of = name_of_user, .ctx = people };
}

/* The display name of the person who calls. */
static struct str display_name(struct people *people)
{
	const struct api_call *call = people->call;

	load_people(people, call->arena);
	for (size_t i = 0; i < people->count; i++) {
		if (people->users[i].account_id == call->caller.account_id)
			return people->users[i].name;
	}
	return (struct str){ 0 };
}

/* ---- the call ---- */

void api_release_base(void *held)
{
	base_release(held);
}

struct base_call *api_open_base(struct api_call *call, struct error *err)
{
	struct base_call *opened = ARENA_NEW(call->arena, struct base_call);
	struct people *people = ARENA_NEW(call->arena, struct people);

	people->call = call;
	opened->actor.author = caller_author(&call->caller);
	opened->actor.once = call->once;
	opened->actor.find_user = find_user;
	opened->actor.find_user_ctx = people;
	if (call->caller.app_name.len > 0)
		opened->actor.app = call->caller.app_name;
	else if (call->route->permission == ALLOW_WRITE)
		opened->actor.author_name = display_name(people);
	if (!base_acquire(api_bases(call->api), call->caller.base_uuid, &opened->base, err))
		return NULL;
	arena_on_free(call->arena, api_release_base, &opened->base);
	return opened;
}

/* ---- arguments ---- */

struct str api_arg_given(const struct api_call *call, const char *name)
{
	struct str text = api_arg(call, name);

	return text.len > 0 ? text : (struct str){ 0 };
}

struct table_ref api_arg_table(const struct api_call *call)
{
	return (struct table_ref){ .id = api_arg_given(call, "table_id"), .name = api_arg_given(call, "table_name") };
}

struct table_ref api_arg_view(const struct api_call *call)
{
	return (struct table_ref){ .id = api_arg_given(call, "view_id"), .name = api_arg_given(call, "view_name") };
}

bool api_arg_column(const struct api_call *call, struct str *out, struct error *err)
{
	static const char *const names[] = { "column", "column_key", "column_name" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		*out = api_arg(call, names[i]);
		if (!str_is_empty(*out))
			return true;
	}
	return FAIL_WITH(err, param_invalid, STR("column"));
}

const cJSON *api_list_of_one(const struct api_call *call, const cJSON *element)
{
	cJSON *list = json_make(call->arena, cJSON_Array, NULL);

	json_make_append(list, json_make_copy(call->arena, element, NULL));
	return list;
}

bool api_arg_list(const struct api_call *call, const char *many, const char *one,
		  cJSON_bool (*is_element)(const cJSON *), const cJSON **out, struct error *err)
{
	const cJSON *list = api_arg_json(call, many);
	const cJSON *element;

	if (!list && one)
		list = api_arg_json(call, one);
	if (!list)
		return FAIL_WITH(err, param_missing, str_from_c(many));
	if (!cJSON_IsArray(list))
		list = api_list_of_one(call, list);
	cJSON_ArrayForEach(element, list)
	{
		if (!is_element(element))
			return FAIL_WITH(err, param_invalid, str_from_c(many));
	}
	*out = list;
	return true;
}

bool api_arg_row_ids(const struct api_call *call, const cJSON **out, struct error *err)
{
	struct str row_id = api_arg_given(call, "row_id");

	if (api_arg_json(call, "row_ids") || !row_id.at)
		return api_arg_list(call, "row_ids", NULL, cJSON_IsString, out, err);
	*out = api_list_of_one(call, json_make_text(call->arena, NULL, row_id));
	return true;
}

bool api_tell_operation(struct api_call *call, int64_t op_id)
{
	if (op_id != 0)
		http_reply_header(call->reply, "atoll-operation", str_format(call->arena, "%lld", (long long)op_id));
	return true;
}
