/* Cells that hold a signature: who, an image of it, and when. */
#include "core/json_in.h"
#include "model/cell_types.h"

void cell_read_digital_sign(const struct column *column, const cJSON *value, struct cell_input *input, struct cell *out)
{
	struct str url = json_get_str(value, "sign_image_url");
	const cJSON *time = json_get(value, "sign_time");
	struct buf buf;
	struct json_out json = json_out_to(&buf);

	(void)column;
	if (url.len == 0)
		return;
	buf_init(&buf, SIZE_MAX / 4);
	json_object(&json);
	json_field_str(&json, "username", json_get_str(value, "username"));
	json_field_str(&json, "sign_image_url", url);
	json_key(&json, "sign_time");
	if (cJSON_IsString(time) || cJSON_IsNumber(time))
		json_tree(&json, time);
	else
		json_null(&json);
	json_object_end(&json);
	cell_set_text(out, json_take(input->arena, &buf));
}
