/* The palette is the one that SeaTable's own clients offer; the dark half of it is used for options nobody chose a
 * colour for. */
#include "model/option.h"

static const struct option_color palette[] = {
	{ "#FBD44A", "#FFFFFF" }, { "#EAA775", "#FFFFFF" }, { "#F4667C", "#FFFFFF" }, { "#DC82D2", "#FFFFFF" },
	{ "#9860E5", "#FFFFFF" }, { "#9F8CF1", "#FFFFFF" }, { "#59CB74", "#FFFFFF" }, { "#ADDF84", "#FFFFFF" },
	{ "#89D2EA", "#FFFFFF" }, { "#4ECCCB", "#FFFFFF" }, { "#46A1FD", "#FFFFFF" }, { "#C2C2C2", "#FFFFFF" },
};

const struct option_color *option_color_for(size_t n)
{
	return &palette[n % (sizeof(palette) / sizeof(palette[0]))];
}

struct str option_name_cut(struct str text)
{
	text = str_trim(text);
	return text.len <= OPTION_NAME_MAX_CHARS ? text : str_trim(str_prefix_chars(text, OPTION_NAME_MAX_CHARS));
}

bool option_id_is_fine(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if ((unsigned char)id.at[i] < 0x20 || id.at[i] == '"' || id.at[i] == '\\')
			return false;
	return id.len > 0 && id.len <= OPTION_ID_MAX;
}
