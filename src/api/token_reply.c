/* API tokens as JSON, and the arguments that make one. */
#include "api/token_reply.h"

static void write_user(struct api_call *call, const struct api_token *token)
{
	struct str name = token->generated_by_name.at ? token->generated_by_name : token->generated_by;
	json_field_str(&call->out, "creator", name);
	json_field_str(&call->out, "avatar_url", api_avatar_url(call));
}

static void write_base(struct json_out *out, const struct api_token *token)
{
	json_field_str(out, "dtable_uuid", token->base_uuid);
	json_field_str(out, "dtable_name", token->base_name);
	json_field_str(out, "dtable_icon", token->base_icon);
	json_field_str(out, "dtable_color", token->base_color);
}

void api_write_token(struct api_call *call, const struct api_token *token, enum token_detail detail)
{
	struct json_out *out = &call->out;
	json_object(out);
	json_field_str(out, "app_name", token->app_name);
	json_field_str(out, "api_token", token->token);
	json_field_str(out, "generated_by", token->generated_by);
	api_field_time(out, "generated_at", token->generated_at);
	api_field_time(out, "last_access", token->last_access);
	json_field_str(out, "permission", permission_text(token->permission));
	if (detail >= TOKEN_WITH_USER)
		write_user(call, token);
	if (detail >= TOKEN_WITH_BASE)
		write_base(out, token);
	json_object_end(out);
}

void api_write_tokens(struct api_call *call, const char *key, const struct api_token *tokens, size_t count,
		      enum token_detail detail)
{
	json_key(&call->out, key);
	json_array(&call->out);
	for (size_t i = 0; i < count; i++)
		api_write_token(call, &tokens[i], detail);
	json_array_end(&call->out);
}

bool api_read_token_arguments(const struct api_call *call, struct str *app_name, enum permission *permission,
			      struct error *err)
{
	if (app_name && !catalog_check_name(api_arg(call, "app_name"), "app_name", app_name, err))
		return false;
	return api_arg_permission(call, permission, err);
}
