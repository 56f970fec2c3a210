/* Statements, formulas and filters that nobody would write: taken apart and put together at random. Whatever comes, the
 * answer is rows or a refusal: what the compiler emits is always SQL that SQLite takes, and nothing crashes or hangs.
 * Runs some seconds; ATOLL_FUZZ_SECONDS says for how long, ATOLL_FUZZ_SEED where to begin (`make fuzz`). */
#include "fixture.h"

#include "core/clock.h"
#include "query/print.h"

enum { DEFAULT_SECONDS = 6, MAX_TOKENS = 200, MAX_TEXT = 4000 };

static const char *const statements[] = {
	"SELECT * FROM T WHERE Num > 3 AND (Text LIKE '%a%' OR Sel = 'one') ORDER BY Num DESC , Text LIMIT 5 OFFSET 1",
	"SELECT Sel , COUNT ( * ) AS n , SUM ( Num ) FROM T GROUP BY Sel HAVING n > 1 ORDER BY n",
	"SELECT DISTINCT Many , Day FROM T WHERE Many HAS ANY OF ( 'one' , 'two' ) AND Day >= '2024-01-01'",
	"SELECT t . Text , u . Name FROM T AS t , U u WHERE t . Text = u . Name AND u . Name IS NOT NULL",
	"SELECT if ( Num > 3 , upper ( Text ) , 'x' ) , round ( Num / 3 , 2 ) , dateAdd ( Day , 1 , 'days' ) FROM T",
	"SELECT Calc , Look , Link , _id , _ctime FROM T WHERE Calc <> 4 AND Link HAS NONE OF ( 'a' ) AND NOT Done IS "
	"TRUE",
	"SELECT Who , countItems ( Many ) FROM T WHERE Who IS EXACTLY ( 'a@auth.local' ) OR Num NOT BETWEEN 1 AND - "
	"2.5e3",
	"SELECT MIN ( Day ) , MAX ( Text ) , AVG ( Num ) , COUNT ( DISTINCT Sel ) FROM T WHERE Num NOT IN ( 1 , NULL , "
	"'x' )",
	"SELECT T . * FROM T WHERE `Text` ILIKE \"%b_\" AND Sel != 'two' AND Place IS NULL",
	"UPDATE T SET Num = 4 , Text = NULL , Many = ( 'one' , 'two' ) , Done = true WHERE Text = 'a' OR Num < 2",
	"DELETE FROM T WHERE Num > 99999",
	"INSERT INTO U ( Name ) VALUES ( 'z' ) , ( NULL )",
	"SELECT countItems ( t . Many ) , counta ( t . Num , u . Name ) , concatenate ( t . Day , t . Who ) , u . * "
	"FROM T t , U u WHERE t . Text = u . Name ORDER BY t . Many , t . Sel DESC , t . Calc",
	"SELECT countlinks ( Link ) , lookup ( 'Link' , 'Name' ) , rollup ( Link , Name , 'count' ) , isempty ( Place "
	") "
	", "
	"switch ( Sel , 'one' , Num , Day ) FROM T WHERE if ( Done , Num , 0 ) = 1",
	"SELECT Text AS a , Num + 1 AS b FROM T WHERE _creator = 'x' AND _locked IS NOT TRUE AND _mtime > "
	"'2024-01-01T00:00:00Z' "
	"GROUP BY a , b , Num HAVING MAX ( b ) > 0 ORDER BY a",
	"SELECT t . Text , u . Name , t . Calc , t . Link FROM U u LEFT JOIN T AS t ON t . Text = u . Name AND t . Num "
	"> 1 "
	"INNER JOIN T AS v ON v . Sel = t . Sel WHERE v . Many IS NOT NULL ORDER BY t . Num , 2 DESC LIMIT 9",
	"SELECT CASE WHEN Num > 3 THEN Day WHEN Done IS FALSE THEN _ctime ELSE NULL END AS c , COALESCE ( Text , Sel , "
	"'x' ) , "
	"CAST ( Num AS text ) || Many , Num % 3 , CASE Sel WHEN 'one' THEN Many END FROM T GROUP BY Num , Day , Done , "
	"_ctime , "
	"Text , Sel , Many",
	"SELECT Text FROM T AS t WHERE Num IN ( SELECT Num FROM T WHERE Sel = t . Sel ) AND NOT EXISTS ( SELECT 1 FROM "
	"U AS u "
	"WHERE u . Name = t . Text GROUP BY u . Name HAVING COUNT ( * ) > 2 ) OR Many HAS ANY OF ( SELECT Sel FROM T )",
	"SELECT s . n , s . Many , COUNT ( * ) FROM ( SELECT Num + 1 AS n , Many , Day , Place , Link , Calc FROM T "
	"ORDER BY Num "
	"LIMIT 5 ) AS s WHERE s . n > ( SELECT MIN ( Num ) FROM T ) GROUP BY s . n , s . Many ORDER BY s . Many",
	"SELECT Text , Num , Many FROM T UNION SELECT Name , 1 , NULL FROM U UNION ALL SELECT Sel , Calc , Many FROM T "
	"ORDER BY "
	"Text , 2 DESC LIMIT 7 OFFSET 1",
	"SELECT Many , Who , Link , COUNT ( DISTINCT Many ) FROM T GROUP BY Many , Who , Link HAVING Many HAS ANY OF ( "
	"'one' )",
	"UPDATE T SET Num = Num * 2 + ( SELECT COUNT ( * ) FROM U ) , Text = concatenate ( Text , Day ) , Many = Many "
	", Sel = "
	"CASE WHEN Num > 3 THEN 'one' END , Day = dateAdd ( Day , 1 , 'days' ) WHERE Num IN ( SELECT Num FROM T )",
	"INSERT INTO U ( Name ) VALUES ( concatenate ( 'a' , 1 + 2 ) ) , ( ( SELECT MAX ( Text ) FROM T ) ) , ( 'x' || "
	"now ( ) )",
	"SELECT 1 + 1 AS two , today ( ) , ( SELECT COUNT ( * ) FROM T ) WHERE 2 > 1 UNION SELECT 3 , NULL , 4",
};

static const char *const formulas[] = {
	"if ( { Num } > 3 , upper ( { Text } ) & \"!\" , { Sel } )",
	"sum ( { Num } , 2 ^ 3 , - 1 ) % 4 + dateDif ( { Day } , today ( ) , \"D\" )",
	"countlinks ( \"Link\" ) * rollup ( \"Link\" , \"Name\" , \"countall\" ) + { Calc }",
	"switch ( { Sel } , \"one\" , 1 , \"two\" , { Num } , 0 ) <> 1 / 0",
	"concatenate ( { Link.Name } , { Many } , mid ( { Text } , 1 , 2 ) , pi ( ) , true ( ) )",
};

static const char *const filters[] = {
	"[ { \"column_name\" : \"Num\" , \"filter_predicate\" : \"greater\" , \"filter_term\" : 3 } ]",
	"[ { \"column_name\" : \"Many\" , \"filter_predicate\" : \"has_any_of\" , \"filter_term\" : [ \"one\" , \"9\" "
	"] } ]",
	"[ { \"column_name\" : \"Day\" , \"filter_predicate\" : \"is_within\" , \"filter_term\" : 2 , "
	"\"filter_term_modifier\" : \"the_past_week\" } , { \"column_name\" : \"Text\" , \"filter_predicate\" : "
	"\"contains\" , "
	"\"filter_term\" : \"a\" } ]",
	"[ { \"filters\" : [ { \"column_key\" : \"0000\" , \"filter_predicate\" : \"is_empty\" } ] , "
	"\"filter_conjunction\" : "
	"\"Or\" } , { \"column_name\" : \"Calc\" , \"filter_predicate\" : \"not_equal\" , \"filter_term\" : \"1\" } ]",
	"[ { \"column_name\" : \"Who\" , \"filter_predicate\" : \"include_me\" } , { \"column_name\" : \"Link\" , "
	"\"filter_predicate\" : \"has_none_of\" , \"filter_term\" : [ \"a\" ] } ]",
};

/* Put in where they hurt. */
static const char *const oddities[] = { "(",
					")",
					"'",
					"\"",
					"`",
					"?",
					",",
					"NULL",
					"-",
					"*",
					"--",
					"/*",
					"1e309",
					"\\",
					"[",
					"]",
					"{",
					"}",
					"=",
					"NOT",
					";",
					"\xff",
					"\xf0\x9f\xa7\xae",
					"%",
					"99999999999999999999",
					"''",
					"true",
					"{Nope}",
					"Nope",
					"IS",
					"HAS",
					"BETWEEN",
					"COUNT",
					"sum" };

static uint64_t state_of_chance;

static size_t chance(size_t below)
{
	state_of_chance ^= state_of_chance << 13;
	state_of_chance ^= state_of_chance >> 7;
	state_of_chance ^= state_of_chance << 17;
	return (size_t)(state_of_chance % below);
}

struct tokens {
	struct str at[MAX_TOKENS];
	size_t count;
};

static void take_apart(const char *text, struct tokens *tokens)
{
	tokens->count = 0;
	while (*text && tokens->count < MAX_TOKENS) {
		size_t len = strcspn(text, " ");

		tokens->at[tokens->count++] = (struct str){ text, len };
		text += len + strspn(text + len, " ");
	}
}

static void change_one(struct tokens *tokens, const char *const *seeds, size_t seed_count)
{
	size_t at = chance(tokens->count), other;
	struct tokens donor;

	switch (chance(5)) {
	case 0: /* drop */
		memmove(&tokens->at[at], &tokens->at[at + 1], (tokens->count - at - 1) * sizeof(struct str));
		tokens->count -= tokens->count > 1;
		break;
	case 1: /* twice */
		if (tokens->count < MAX_TOKENS)
			tokens->at[tokens->count++] = tokens->at[at];
		break;
	case 2: /* exchange */
		other = chance(tokens->count);
		donor.at[0] = tokens->at[at];
		tokens->at[at] = tokens->at[other];
		tokens->at[other] = donor.at[0];
		break;
	case 3: /* something of another seed */
		take_apart(seeds[chance(seed_count)], &donor);
		tokens->at[at] = donor.at[chance(donor.count)];
		break;
	default:
		tokens->at[at] = str_from_c(oddities[chance(sizeof(oddities) / sizeof(oddities[0]))]);
	}
}

/* A text of one of the seeds with up to eight changes. */
static struct str make_text(const char *const *seeds, size_t seed_count, char into[MAX_TEXT])
{
	const char *gap = chance(4) ? " " : "";
	struct tokens tokens;
	size_t len = 0;

	take_apart(seeds[chance(seed_count)], &tokens);
	for (size_t changes = chance(9); changes > 0; changes--)
		change_one(&tokens, seeds, seed_count);
	for (size_t i = 0; i < tokens.count && len + tokens.at[i].len + 2 < MAX_TEXT; i++)
		len += (size_t)snprintf(into + len, MAX_TEXT - len, "%.*s%s", STR_ARG(tokens.at[i]), gap);
	return (struct str){ into, len };
}

/* Parts that can stand within each other. */
static const struct nest {
	const char *open, *close;
} nests[] = {
	{ "NOT ( ", " )" },
	{ "abs ( ", " )" },
	{ "if ( Num > 1 , 0 , ", " )" },
	{ "( Num + ", " )" },
	{ "if ( ", " , 1 , 0 )" },
	{ "concatenate ( 'x' , ", " )" },
	{ "( Num = 2 OR ", " )" },
	{ "round ( ", " , 1 )" },
	{ "ifs ( Done , 1 , Num = 3 , ", " )" },
	{ "- ", "" },
	{ "1 + ", "" },
	{ "2 * ", "" },
	{ "switch ( Sel , 'one' , ", " , 4 )" },
	{ "( 1 = 1 AND ", " )" },
	{ "max ( 1 , ", " , Calc )" },
	{ "Num - ", "" },
};

/* `from` + some of the parts within each other + the rest; {Num} for Num in formulas. */
static struct str make_deep(const char *from, const char *to, char into[MAX_TEXT])
{
	const struct nest *chosen[80];
	size_t count = chance(80), len = (size_t)snprintf(into, MAX_TEXT, "%s", from);
	bool one_kind = chance(2);

	for (size_t i = 0; i < count && len + 100 < MAX_TEXT / 2; i++) {
		chosen[i] = i > 0 && one_kind ? chosen[0] : &nests[chance(sizeof(nests) / sizeof(nests[0]))];
		len += (size_t)snprintf(into + len, MAX_TEXT - len, "%s", chosen[i]->open);
		if (len + 100 >= MAX_TEXT / 2)
			count = i + 1;
	}
	len += (size_t)snprintf(into + len, MAX_TEXT - len, "Num");
	for (size_t i = count; i-- > 0 && len + 20 < MAX_TEXT;)
		len += (size_t)snprintf(into + len, MAX_TEXT - len, "%s", chosen[i]->close);
	len += (size_t)snprintf(into + len, MAX_TEXT - len, "%s", to);
	return (struct str){ into, len < MAX_TEXT ? len : MAX_TEXT - 1 };
}

/* In formulas columns stand in braces, and text in double quotes does too. */
static struct str brace_names(struct str text, char into[2 * MAX_TEXT])
{
	static const char *const names[] = { "Num", "Done", "Sel", "Calc" };
	size_t len = 0;

	for (size_t i = 0; i < text.len;) {
		const char *found = NULL;

		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			if (str_starts_with(str_slice(text, i, text.len), str_from_c(names[n])))
				found = names[n];
		}
		if (found) {
			len += (size_t)snprintf(into + len, 2 * MAX_TEXT - len, "{%s}", found);
			i += strlen(found);
		} else {
			into[len++] = text.at[i++];
		}
	}
	return (struct str){ into, len };
}

#define TEXT_OF(seeds, into) make_text(seeds, sizeof(seeds) / sizeof((seeds)[0]), into)

/* A refusal is fine, a failure of ours is not. */
static void expect_refusal(bool ok, struct str text)
{
	if (!ok && world.err.status >= 500)
		fail_msg("%s: %.*s", error_name(world.err.code), STR_ARG(text));
}

/* Printed, every operator has parentheses, of which not too many may stand within each other. */
static bool is_deep(struct str text)
{
	int depth = 0, most = 0;

	for (size_t i = 0; i < text.len; i++) {
		depth += (text.at[i] == '(') - (text.at[i] == ')');
		most = depth > most ? depth : most;
	}
	return most > SQL_MAX_DEPTH / 2 - 2;
}

/* What is read, printed and read again is the same. */
static void expect_fixed_statement(struct str text)
{
	struct sql_statement *first = ARENA_NEW(world.arena, struct sql_statement);
	struct sql_statement *again = ARENA_NEW(world.arena, struct sql_statement);
	struct buf once, twice;
	struct error err;

	if (!sql_parse(world.arena, text, NULL, first, &err))
		return;
	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	sql_print(first, &once);
	if (is_deep(buf_str(&once)))
		goto out;
	if (!sql_parse(world.arena, buf_str(&once), NULL, again, &err))
		fail_msg("%s: %.*s, printed as %.*s", err.message, STR_ARG(text), STR_ARG(buf_str(&once)));
	sql_print(again, &twice);
	if (!str_equal(buf_str(&once), buf_str(&twice)))
		fail_msg("%.*s, then %.*s", STR_ARG(buf_str(&once)), STR_ARG(buf_str(&twice)));
out:
	buf_free(&once);
	buf_free(&twice);
}

static void expect_fixed_formula(struct str text)
{
	struct buf once, twice;
	struct error err;
	const struct node *node = formula_parse(world.arena, text, &err);

	if (!node)
		return;
	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	formula_print(node, &once);
	if (is_deep(buf_str(&once)))
		goto out;
	node = formula_parse(world.arena, buf_str(&once), &err);
	if (!node)
		fail_msg("%s: %.*s, printed as %.*s", err.message, STR_ARG(text), STR_ARG(buf_str(&once)));
	formula_print(node, &twice);
	if (!str_equal(buf_str(&once), buf_str(&twice)))
		fail_msg("%.*s, then %.*s", STR_ARG(buf_str(&once)), STR_ARG(buf_str(&twice)));
out:
	buf_free(&once);
	buf_free(&twice);
}

static void try_statement(void)
{
	char text[MAX_TEXT];
	struct base_sql query = { .text = TEXT_OF(statements, text), .may_write = true, .max_ms = 500 };
	int64_t changed;

	if (chance(3) == 0)
		query.text = chance(2) ? make_deep("SELECT Text FROM T WHERE ", " ORDER BY Num", text)
				       : make_deep("SELECT ", " AS x FROM T GROUP BY Num", text);
	query.convert_keys = chance(2);
	expect_fixed_statement(query.text);
	expect_refusal(base_run_sql(world.base, world.arena, &world.actor, &query, &changed, &world.out, &world.err),
		       query.text);
}

static void try_filters(void)
{
	char text[MAX_TEXT];
	struct str json = TEXT_OF(filters, text);
	struct base_list_rows query = { .table = table_ref("T"), .limit = 100, .form = FORM_NAMES };
	cJSON *tree;

	if (!json_parse(world.arena, json, &tree, &world.err) || !cJSON_IsArray(tree))
		return;
	query.filters = tree;
	expect_refusal(base_list_rows(world.base, world.arena, &query, &world.out, &world.err), json);
}

static void try_formula(void)
{
	struct table_ref table = table_ref("T");
	struct base_list_rows rows = { .table = table, .limit = 100, .form = FORM_NAMES };
	char text[MAX_TEXT], braced[2 * MAX_TEXT];
	struct str formula = chance(2) ? brace_names(make_deep("", "", text), braced) : TEXT_OF(formulas, text);
	struct json_out json = json_out_to(&world.answer);
	cJSON *columns;
	bool ok;

	expect_fixed_formula(formula);
	json_array(&json);
	json_object(&json);
	json_field_c(&json, "column_name", "Fuzz");
	json_field_c(&json, "column_type", "formula");
	json_key(&json, "column_data");
	json_object(&json);
	json_field_str(&json, "formula", formula);
	json_object_end(&json);
	json_object_end(&json);
	json_array_end(&json);
	if (!json_parse(world.arena, str_copy(world.arena, buf_str(&world.answer)), &columns, &world.err))
		return;
	ok = base_insert_columns(world.base, world.arena, &world.actor, &table, columns, &world.out, &world.err);
	expect_refusal(ok, formula);
	if (ok) {
		expect_refusal(base_list_rows(world.base, world.arena, &rows, &world.out, &world.err), formula);
		assert_true(base_delete_column(world.base, world.arena, &world.actor, &table, STR("Fuzz"),
					       &(int64_t){ 0 }, &world.err));
	}
}

static void make_sample(void)
{
	struct table_ref table = table_ref("T");

	make_table("U", "[{\"column_name\":\"Name\"}]");
	append("U", "[{\"Name\":\"a\"},{\"Name\":\"b\"}]");
	make_table(
		"T",
		"[{\"column_name\":\"Text\"},{\"column_name\":\"Num\",\"column_type\":\"number\"},"
		"{\"column_name\":\"Sel\",\"column_type\":\"single-select\",\"column_data\":{\"options\":[{\"name\":"
		"\"one\"},{\"name\":\"two\"}]}},{\"column_name\":\"Many\",\"column_type\":\"multiple-select\","
		"\"column_data\":{\"options\":[{\"name\":\"one\"},{\"name\":\"two\"}]}},"
		"{\"column_name\":\"Day\",\"column_type\":\"date\"},{\"column_name\":\"Done\",\"column_type\":"
		"\"checkbox\"},{\"column_name\":\"Who\",\"column_type\":\"collaborator\"},"
		"{\"column_name\":\"Place\",\"column_type\":\"geolocation\"},"
		"{\"column_name\":\"Link\",\"column_type\":\"link\",\"column_data\":{\"table\":\"T\",\"other_table\":"
		"\"U\"}},"
		"{\"column_name\":\"Calc\",\"column_type\":\"formula\",\"column_data\":{\"formula\":\"{Num} * 2\"}}]");
	assert_true(base_insert_columns(world.base, world.arena, &world.actor, &table,
					json("[{\"column_name\":\"Look\",\"column_type\":\"formula\",\"column_data\":"
					     "{\"formula\":\"{Link.Name}\"}}]"),
					OUT, &world.err));
	append("T", "[{\"Text\":\"a\",\"Num\":1,\"Sel\":\"one\",\"Many\":[\"one\",\"two\"],\"Day\":\"2024-05-01\","
		    "\"Done\":true},"
		    "{\"Text\":\"b\",\"Num\":4.5,\"Who\":[\"a@auth.local\"]},{\"Text\":\"\"}]");
}

static void statements_are_right_before_they_are_changed(void **state)
{
	(void)state;
	make_sample();
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		struct base_sql query = { .text = str_from_c(statements[i]), .may_write = true, .max_ms = 5000 };
		int64_t changed;

		if (!base_run_sql(world.base, world.arena, &world.actor, &query, &changed, &world.out, &world.err))
			fail_msg("%s: %s", world.err.message, statements[i]);
	}
}

static void whatever_comes_is_answered_or_refused(void **state)
{
	const char *seconds = getenv("ATOLL_FUZZ_SECONDS"), *seed = getenv("ATOLL_FUZZ_SEED");
	int64_t end_us = clock_monotonic_us() + (int64_t)(seconds ? atoi(seconds) : DEFAULT_SECONDS) * 1000000;
	long long tried = 0;

	(void)state;
	state_of_chance = seed ? strtoull(seed, NULL, 10) | 1 : 20260301;
	make_sample();
	while (clock_monotonic_us() < end_us) {
		size_t kind = chance(10);

		if (kind < 6)
			try_statement();
		else if (kind < 9)
			try_filters();
		else
			try_formula();
		buf_clear(&world.answer);
		world.out = json_out_to(&world.answer);
		arena_free(&world.arena);
		world.arena = arena_new(SIZE_MAX);
		tried++;
	}
	printf("%lld texts, seed %llu\n", tried, (unsigned long long)state_of_chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(statements_are_right_before_they_are_changed),
		TEST(whatever_comes_is_answered_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
