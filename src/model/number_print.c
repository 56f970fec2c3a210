/* Printing numbers and durations the way their columns show them (formulas.md 9). */
#include <math.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/json_in.h"
#include "core/json_out.h"
#include "model/number_text.h"

enum { MAX_DECIMALS = 8, NUMBER_ROOM = 512 };

static const struct {
	const char *name;
	enum number_kind kind;
	const char *symbol;
} kinds[] = {
	{ "number", NUMBER_PLAIN, "" },     { "percent", NUMBER_PERCENT, "" },
	{ "dollar", NUMBER_CURRENCY, "$" }, { "euro", NUMBER_CURRENCY, "€" },
	{ "yuan", NUMBER_CURRENCY, "￥" },  { "custom_currency", NUMBER_CURRENCY, NULL },
};

static const struct {
	const char *name;
	char byte;
} separators[] = { { "comma", ',' }, { "dot", '.' }, { "space", ' ' } };

static char separator_of(struct str name, char fallback)
{
	for (size_t i = 0; i < sizeof(separators) / sizeof(separators[0]); i++)
		if (str_equal_c(name, separators[i].name))
			return separators[i].byte;
	return fallback;
}

struct number_format number_format_of(const cJSON *data)
{
	struct number_format format = {
		.kind = NUMBER_PLAIN,
		.decimal = separator_of(json_get_str(data, "decimal"), '.'),
		.thousands = separator_of(json_get_str(data, "thousands"), 0),
		.precision = -1,
		.symbol_after = str_equal(json_get_str(data, "currency_symbol_position"), STR("after")),
	};
	struct str name = json_get_str(data, "format");
	int64_t precision;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!str_equal_c(name, kinds[i].name))
			continue;
		format.kind = kinds[i].kind;
		format.symbol = kinds[i].symbol ? str_from_c(kinds[i].symbol) : json_get_str(data, "currency_symbol");
		format.symbol_after = format.symbol_after && !kinds[i].symbol;
	}
	if (json_get_bool(data, "enable_precision", false) && json_get_int64(data, "precision", &precision) &&
	    precision >= 0 && precision <= MAX_DECIMALS)
		format.precision = (int)precision;
	return format;
}

/* The digits with a point, as the format wants decimals: fixed, cut at two (currencies), or without trailing zeros. */
static size_t print_digits(double size, const struct number_format *format, char into[NUMBER_ROOM])
{
	if (size >= 1e21) /* nobody reads a separated number of that size */
		return json_format_double(size, into);
	int decimals = format->precision >= 0 ? format->precision : MAX_DECIMALS;
	size_t len = (size_t)snprintf(into, NUMBER_ROOM, "%.*f", decimals, size);
	if (format->precision >= 0)
		return len;
	if (format->kind == NUMBER_CURRENCY)
		return len - (MAX_DECIMALS - 2);
	while (into[len - 1] == '0')
		len--;
	return into[len - 1] == '.' ? len - 1 : len;
}

static bool has_digit_above_zero(const char *digits, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (digits[i] >= '1' && digits[i] <= '9')
			return true;
	return false;
}

/* Puts the separators of thousands and decimals in; returns the length. */
static size_t separate(const char *digits, size_t len, const struct number_format *format, char *into)
{
	size_t whole = 0, at = 0;

	while (whole < len && digits[whole] >= '0' && digits[whole] <= '9')
		whole++;
	for (size_t i = 0; i < len; i++) {
		if (format->thousands && i > 0 && i < whole && (whole - i) % 3 == 0)
			into[at++] = format->thousands;
		into[at] = digits[i];
		if (digits[i] == '.')
			into[at] = format->decimal;
		at++;
	}
	return at;
}

struct str number_print(double number, const struct number_format *format, struct arena *arena)
{
	char digits[NUMBER_ROOM], text[NUMBER_ROOM];
	double shown = format->kind == NUMBER_PERCENT ? number * 100 : number;

	if (!isfinite(shown))
		return STR("");
	size_t len = print_digits(fabs(shown), format, digits);
	const char *sign = shown < 0 && has_digit_above_zero(digits, len) ? "-" : "";
	int text_len = (int)separate(digits, len, format, text);
	const char *unit = format->kind == NUMBER_PERCENT ? "%" : "";

	if (format->symbol_after)
		return str_format(arena, "%s%.*s%.*s", sign, text_len, text, STR_ARG(format->symbol));
	return str_format(arena, "%.*s%s%.*s%s", STR_ARG(format->symbol), sign, text_len, text, unit);
}

struct str duration_print(double seconds, bool with_seconds, int decimals, struct arena *arena)
{
	double unit = with_seconds ? pow(10, decimals) : 1;
	double size = round(fabs(seconds) * unit);

	if (!(size < 9e15))
		return STR("");
	int64_t all = (int64_t)size;
	int64_t part = all % (int64_t)unit;
	int64_t whole = all / (int64_t)unit;
	long long hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
	bool zero = with_seconds ? all == 0 : whole < 60;
	const char *sign = seconds < 0 && !zero ? "-" : "";

	if (!with_seconds || all == 0)
		return str_format(arena, "%s%lld:%02lld", sign, hours, minutes);
	if (decimals == 0)
		return str_format(arena, "%s%lld:%02lld:%02lld", sign, hours, minutes, rest);
	return str_format(arena, "%s%lld:%02lld:%02lld.%0*lld", sign, hours, minutes, rest, decimals, (long long)part);
}
