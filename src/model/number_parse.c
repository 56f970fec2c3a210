/* Reading numbers and durations that people wrote (columns.md 3). */
#include <math.h>
#include <stdlib.h>

#include "model/number_text.h"

enum { NUMBER_MAX_CHARS = 400 }; /* more digits than any double has */

/* Is the last separator of `text` a comma? */
static bool ends_in_comma_part(struct str text)
{
	for (size_t i = text.len; i > 0; i--)
		if (text.at[i - 1] == ',' || text.at[i - 1] == '.')
			return text.at[i - 1] == ',';
	return false;
}

/* Digits with at most one point, and one sign in front: what strtod() would read whole, and nothing it would read else.
 */
static bool is_plain_number(const char *text)
{
	size_t digits = 0, points = 0;

	if (*text == '-')
		text++;
	for (; *text; text++) {
		if (*text == '.')
			points++;
		else if (*text == '-')
			return false;
		else
			digits++;
	}
	return digits > 0 && points <= 1;
}

bool number_parse(struct str text, bool comma_decimal, double *out)
{
	char plain[NUMBER_MAX_CHARS + 4];
	size_t len = 0;
	bool percent = false;

	text = str_trim(text);
	bool comma = comma_decimal && ends_in_comma_part(text);
	if (!comma && str_to_double(text, out)) /* also 1e5, which the stripping below would misread */
		return true;
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.at[i];
		percent |= byte == '%';
		if (comma && (byte == ',' || byte == '.'))
			byte = byte == ',' ? '.' : ' ';
		if ((byte < '0' || byte > '9') && byte != '.' && byte != '-')
			continue;
		if (len == NUMBER_MAX_CHARS)
			return false;
		plain[len++] = byte;
	}
	plain[len] = '\0';
	if (!is_plain_number(plain))
		return false;
	if (percent) /* not divided afterwards: 12.34% is then the double nearest to 0.1234 */
		memcpy(plain + len, "e-2", sizeof("e-2"));
	*out = strtod(plain, NULL);
	return isfinite(*out);
}

/* Cuts `text` at colons (full-width ones too) into at most three parts; 0 when there are more. */
static int split_at_colons(struct str text, struct str parts[3])
{
	static const struct str wide = { "：", 3 };
	int count = 0;

	for (size_t from = 0, at = 0; at <= text.len; at++) {
		bool is_wide = str_starts_with(str_slice(text, at, text.len), wide);
		if (at < text.len && text.at[at] != ':' && !is_wide)
			continue;
		if (count == 3)
			return 0;
		parts[count++] = str_slice(text, from, at);
		at += is_wide ? wide.len - 1 : 0;
		from = at + 1;
	}
	return count;
}

/* Hours, minutes or seconds: digits, with decimals only where `decimals` allows. */
static bool parse_part(struct str part, bool decimals, double *out)
{
	for (size_t i = 0; i < part.len; i++)
		if ((part.at[i] < '0' || part.at[i] > '9') && !(decimals && part.at[i] == '.'))
			return false;
	return part.len <= 12 && str_to_double(part, out);
}

bool duration_parse(struct str text, bool with_seconds, double *out)
{
	struct str parts[3];
	double value[3] = { 0 };

	text = str_trim(text);
	bool negative = text.len > 0 && text.at[0] == '-';
	if (negative)
		text = str_trim(str_slice(text, 1, text.len));
	int count = split_at_colons(text, parts);
	if (count == 1 && !str_to_double(text, &value[0]))
		return false;
	for (int i = 0; count > 1 && i < count; i++)
		if (!parse_part(str_trim(parts[i]), i == count - 1 && (count == 3 || with_seconds), &value[i]))
			return false;
	if (count == 1)
		*out = value[0];
	else if (count == 2)
		*out = with_seconds ? value[0] * 60 + value[1] : value[0] * 3600 + value[1] * 60;
	else
		*out = value[0] * 3600 + value[1] * 60 + value[2];
	if (negative)
		*out = -*out;
	return count > 0;
}
