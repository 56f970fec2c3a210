/* A tree of path segments. Each node has its literal children, one for "{name}", and the methods that end there. */
#include "http/router.h"

#include <assert.h>
#include <stdlib.h>

#include "core/arena.h"
#include "http/http.h"

enum { MAX_SEGMENTS = 32, MAX_ALLOWED = 16 };

/* One method of one pattern. */
struct target {
	struct target *next; /* in the order of router_add() */
	struct str method;
	struct str names[ROUTER_MAX_PARAMS];
	size_t name_count;
	void *route;
};

struct node {
	struct str literal;
	struct node *children; /* the literal ones */
	struct node *next;     /* sibling */
	struct node *param;    /* the "{name}" child */
	struct target *targets;
};

struct http_router {
	struct arena *arena;
	struct node root;
};

struct http_router *router_new(void)
{
	struct arena *arena = arena_new(SIZE_MAX);
	struct http_router *router = ARENA_NEW(arena, struct http_router);

	router->arena = arena;
	return router;
}

void router_free(struct http_router **router)
{
	if (!*router)
		return;
	struct arena *arena = (*router)->arena;
	arena_free(&arena);
	*router = NULL;
}

/* The next segment at or after *from, slashes skipped; false at the end. */
static bool next_segment(struct str path, size_t *from, struct str *out)
{
	size_t start = *from;

	while (start < path.len && path.at[start] == '/')
		start++;
	if (start >= path.len)
		return false;
	*out = str_slice(path, start, str_find_byte(path, '/', start));
	*from = start + out->len;
	return true;
}

/* ---- filling ---- */

static bool is_param(struct str segment)
{
	return segment.len > 2 && segment.at[0] == '{' && segment.at[segment.len - 1] == '}';
}

static struct node *find_literal(const struct node *node, struct str segment)
{
	struct node *child = node->children;

	while (child && !str_equal(child->literal, segment))
		child = child->next;
	return child;
}

static struct node *child_of(struct arena *arena, struct node *node, struct str segment)
{
	if (is_param(segment)) {
		if (!node->param)
			node->param = ARENA_NEW(arena, struct node);
		return node->param;
	}
	struct node *child = find_literal(node, segment);
	if (!child) {
		child = ARENA_NEW(arena, struct node);
		child->literal = segment;
		child->next = node->children;
		node->children = child;
	}
	return child;
}

void router_add(struct http_router *router, const char *method, const char *pattern, void *route)
{
	struct target *target = ARENA_NEW(router->arena, struct target);
	struct node *node = &router->root;
	struct str segment;
	size_t from = 0;

	assert(route);
	target->method = str_from_c(method);
	target->route = route;
	while (next_segment(str_from_c(pattern), &from, &segment)) {
		node = child_of(router->arena, node, segment);
		if (!is_param(segment))
			continue;
		assert(target->name_count < ROUTER_MAX_PARAMS);
		target->names[target->name_count++] = str_slice(segment, 1, segment.len - 1);
	}
	struct target **end = &node->targets;
	for (; *end; end = &(*end)->next)
		assert(!str_equal((*end)->method, target->method));
	*end = target;
}

/* ---- finding ---- */

struct search {
	struct str segments[MAX_SEGMENTS];
	size_t segment_count;
	struct str method;
	struct str values[MAX_SEGMENTS]; /* of the "{name}" nodes passed on the way */
	const struct target *found;
	const struct target *other_methods[MAX_ALLOWED];
	size_t other_count;
};

static void remember_method(struct search *search, const struct target *target)
{
	for (size_t i = 0; i < search->other_count; i++)
		if (str_equal(search->other_methods[i]->method, target->method))
			return;
	if (search->other_count < MAX_ALLOWED)
		search->other_methods[search->other_count++] = target;
}

/* Does one of the node's methods fit? HEAD is answered by the route of GET. */
static bool match_method(const struct node *node, struct search *search)
{
	struct str method = str_equal_c(search->method, "HEAD") ? STR("GET") : search->method;

	for (const struct target *target = node->targets; target; target = target->next) {
		remember_method(search, target);
		if (!search->found && (str_equal(target->method, method) || str_equal(target->method, search->method)))
			search->found = target;
	}
	return search->found != NULL;
}

/* Depth first, literals before parameters; depth is at most MAX_SEGMENTS. */
// NOLINTNEXTLINE(misc-no-recursion)
static bool match_from(const struct node *node, size_t at, size_t values, struct search *search)
{
	if (at == search->segment_count)
		return match_method(node, search);
	const struct node *literal = find_literal(node, search->segments[at]);
	if (literal && match_from(literal, at + 1, values, search))
		return true;
	if (!node->param)
		return false;
	search->values[values] = search->segments[at];
	return match_from(node->param, at + 1, values + 1, search);
}

static bool decode_segments(struct arena *arena, struct str path, struct search *search, struct error *err)
{
	struct str raw;
	size_t from = 0;

	while (next_segment(path, &from, &raw)) {
		struct str *segment = &search->segments[search->segment_count];
		if (search->segment_count == MAX_SEGMENTS)
			return FAIL(err, path_not_found);
		if (!http_percent_decode(arena, raw, false, segment))
			return FAIL_WITH(err, bad_request, STR("The path holds a broken percent-encoding."));
		if (!str_is_utf8(*segment) || str_find_byte(*segment, '\0', 0) != SIZE_MAX)
			return FAIL_WITH(err, bad_request, STR("The path is not valid UTF-8 text."));
		search->segment_count++;
	}
	return true;
}

static struct str list_methods(struct arena *arena, const struct search *search)
{
	struct str list = STR("");

	for (size_t i = 0; i < search->other_count; i++)
		list = str_format(arena, "%.*s%s%.*s", STR_ARG(list), i ? ", " : "",
				  STR_ARG(search->other_methods[i]->method));
	return list;
}

bool router_find(const struct http_router *router, struct arena *arena, struct str method, struct str path,
		 struct http_match *match, struct error *err)
{
	struct search search = { .method = method };

	match->route = NULL;
	match->param_count = 0;
	match->allowed = (struct str){ 0 };
	if (!decode_segments(arena, path, &search, err))
		return false;
	(void)match_from(&router->root, 0, 0, &search);
	if (search.other_count == 0)
		return FAIL(err, path_not_found);
	if (!search.found) {
		match->allowed = list_methods(arena, &search);
		return true;
	}
	match->route = search.found->route;
	match->param_count = search.found->name_count;
	for (size_t i = 0; i < match->param_count; i++)
		match->params[i] = (struct http_param){ search.found->names[i], search.values[i] };
	return true;
}

struct str router_param(const struct http_match *match, const char *name)
{
	for (size_t i = 0; i < match->param_count; i++)
		if (str_equal_c(match->params[i].name, name))
			return match->params[i].value;
	return (struct str){ 0 };
}
