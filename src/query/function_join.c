/* Texts taken whole: joining, repeating, substituting, and numbers to text and back (formulas.md 5.3). */
#include <math.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "core/json_out.h"
#include "model/number_text.h"
#include "query/function_call.h"

/* A buffer that takes what a text may have; what is more is cut by give_text(). */
static struct buf text_buf(void)
{
	struct buf buf;

	buf_init(&buf, (size_t)FUNCTION_MAX_BYTES * 4);
	return buf;
}

/* As much of a text as still fits the buffer. */
static void append_fitting(struct buf *buf, struct str text)
{
	size_t left = buf->len < FUNCTION_MAX_BYTES + 4 ? FUNCTION_MAX_BYTES + 4 - buf->len : 0;

	buf_append_str(buf, text.len <= left ? text : str_prefix_chars(text, left / 4));
}

static void join(struct call *call, struct str separator)
{
	struct buf buf = text_buf();

	for (int i = 0; i < call->count; i++) {
		if (i > 0)
			append_fitting(&buf, separator);
		append_fitting(&buf, call_text(call, i));
	}
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

void run_concatenate(struct call *call)
{
	join(call, STR(""));
}

void run_concatenatebyspace(struct call *call)
{
	join(call, STR(" "));
}

void run_exact(struct call *call)
{
	give_bool(call, str_equal(call_text(call, 0), call_text(call, 1)));
}

void run_rept(struct call *call)
{
	struct str text = call_text(call, 0);
	double times;

	if (!call_whole(call, 1, 0, &times))
		return;
	if (times < 0) {
		give_bad_value(call);
		return;
	}
	struct buf buf = text_buf();
	for (int64_t i = 0; text.len > 0 && i < (int64_t)times && buf.len < FUNCTION_MAX_BYTES; i++)
		append_fitting(&buf, text);
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

void run_substitute(struct call *call)
{
	struct str text = call_text(call, 0), old = call_text(call, 1), new = call_text(call, 2);
	double which, seen = 0;

	if (!call_whole(call, 3, 0, &which))
		return;
	if (which < 0 || old.len == 0) {
		if (which < 0)
			give_bad_value(call);
		else
			give_text(call, text);
		return;
	}
	struct buf buf = text_buf();
	while (text.len > 0) {
		const char *found = memmem(text.at, text.len, old.at, old.len);

		if (!found)
			break;
		size_t before = (size_t)(found - text.at);
		seen++;
		append_fitting(&buf, str_slice(text, 0, before));
		append_fitting(&buf, which == 0 || seen == which ? new : old);
		text = str_slice(text, before + old.len, text.len);
	}
	append_fitting(&buf, text);
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

void run_trim(struct call *call)
{
	struct str text = str_trim(call_text(call, 0));
	struct buf buf = text_buf();

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != ' ' || text.at[i - 1] != ' ') /* the first one is no blank */
			buf_append_byte(&buf, text.at[i]);
	give_text(call, buf_str(&buf));
	buf_free(&buf);
}

void run_t(struct call *call)
{
	if (call_kind(call, 0) == KIND_TEXT)
		give_text(call, call_text(call, 0));
	else
		give_text(call, STR(""));
}

/* text(number, format) */
void run_text(struct call *call)
{
	struct str name = call_text(call, 1);
	double number;

	if (call_is_empty(call, 0)) {
		give_text(call, STR(""));
		return;
	}
	if (call_kind(call, 0) != KIND_NUMBER && call_kind(call, 0) != KIND_DURATION) {
		give_bad_value(call);
		return;
	}
	if (!call_number(call, 0, &number))
		return;
	if (str_equal(name, STR("duration"))) {
		give_text(call, duration_print(number, false, 0, call_arena(call)));
		return;
	}
	cJSON format = { .type = cJSON_String, .string = "format", .valuestring = str_to_c(call_arena(call), name) };
	cJSON settings = { .type = cJSON_Object, .child = &format };
	struct number_format printed = number_format_of(&settings);
	if (printed.kind == NUMBER_PLAIN && !str_equal(name, STR("number")))
		give_bad_value(call);
	else
		give_text(call, number_print(number, &printed, call_arena(call)));
}

void run_value(struct call *call)
{
	struct str text = call_text(call, 0);
	struct buf buf = text_buf();
	double number = 0;

	for (int32_t at = 0; at < (int32_t)text.len;) {
		int32_t from = at;
		UChar32 c;

		U8_NEXT(text.at, at, (int32_t)text.len, c);
		if (c != ',' && c >= 0 && u_charType(c) != U_CURRENCY_SYMBOL)
			buf_append_str(&buf, str_slice(text, (size_t)from, (size_t)at));
	}
	if (!text_leading_number(buf_str(&buf), &number))
		number = 0;
	give_number(call, number);
	buf_free(&buf);
}

/* ---- amounts in Chinese ---- */

static const char *const numerals[] = { "零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖" };

/* Four digits; a zero is named once between two digits that are none. */
static void put_group(struct buf *buf, int group, bool *zero_open)
{
	static const char *const places[] = { "仟", "佰", "拾", "" };

	for (int i = 0, unit = 1000; i < 4; i++, unit /= 10) {
		int digit = group / unit % 10;

		if (digit == 0) {
			*zero_open = buf->len > 0;
			continue;
		}
		if (*zero_open)
			buf_append_str(buf, str_from_c(numerals[0]));
		*zero_open = false;
		buf_append_str(buf, str_from_c(numerals[digit]));
		buf_append_str(buf, str_from_c(places[i]));
	}
}

static void put_whole(struct buf *buf, int64_t whole)
{
	static const char *const groups[] = { "兆", "亿", "万", "" };
	int64_t unit = 1000000000000;
	bool zero_open = false;

	for (size_t i = 0; i < 4; i++, unit /= 10000) {
		int group = (int)(whole / unit % 10000);

		if (group == 0) {
			zero_open = buf->len > 0;
			continue;
		}
		put_group(buf, group, &zero_open);
		buf_append_str(buf, str_from_c(groups[i]));
	}
}

static void put_amount(struct buf *buf, int64_t cents)
{
	int tens = (int)(cents / 10 % 10), ones = (int)(cents % 10);

	put_whole(buf, cents / 100);
	if (buf->len > 0)
		buf_append_str(buf, STR("元"));
	if (cents == 0)
		buf_append_str(buf, STR("零元"));
	if (tens > 0)
		buf_printf(buf, "%s角", numerals[tens]);
	else if (ones > 0 && buf->len > 0)
		buf_append_str(buf, STR("零"));
	if (ones > 0)
		buf_printf(buf, "%s分", numerals[ones]);
	if (cents % 100 == 0)
		buf_append_str(buf, STR("整"));
}

void run_cny(struct call *call)
{
	struct buf buf = text_buf();
	double number;

	if (!call_number(call, 0, &number))
		return;
	double cents = round(decimal_shift(fabs(number), 2));
	if (cents < 1e17) {
		put_amount(&buf, (int64_t)cents);
		give_text(call, number < 0 && cents > 0 ? str_format(call_arena(call), "负%.*s", STR_ARG(buf_str(&buf)))
							: buf_str(&buf));
	} else {
		give_bad_value(call);
	}
	buf_free(&buf);
}
