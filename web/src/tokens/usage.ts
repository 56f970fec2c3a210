// Ready-made lines that use a token: they work as they are pasted into a shell, Python or Node, without anything installed.

export type Usage = { server: string; token: string; uuid: string; table: string };

export const programs = {
	curl: { text: "curl", write: curl },
	python: { text: "Python", write: python },
	javascript: { text: "JavaScript", write: javascript },
} as const;
export type Program = keyof typeof programs;

/** Encoded so that it can stand between double quotes in all three languages, in an interactive shell too. */
function queryOf({ table }: Usage): string {
	const name = encodeURIComponent(table).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
	return `table_name=${name}&convert_keys=true&limit=5`;
}

// The lines are short enough for the panel that shows them.

function curl(usage: Usage): string {
	return `SERVER='${usage.server}'
API_TOKEN='${usage.token}'
BASE='${usage.uuid}'

# exchange the API token for a base token
EXCHANGE="$SERVER/api/v2.1/dtable/app-access-token/"
BASE_TOKEN=$(curl -s "$EXCHANGE" \\
  -H "Authorization: Bearer $API_TOKEN" |
  sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')

ROWS="$SERVER/api-gateway/api/v2/dtables/$BASE/rows/"
curl -s -H "Authorization: Bearer $BASE_TOKEN" \\
  "$ROWS?${queryOf(usage)}"
`;
}

function python(usage: Usage): string {
	return `import json
from urllib.request import Request, urlopen

server = "${usage.server}"
api_token = "${usage.token}"
base = "${usage.uuid}"

def get(path, token):
    request = Request(server + path)
    request.add_header("Authorization", "Bearer " + token)
    return json.load(urlopen(request))

# exchange the API token for a base token
exchange = "/api/v2.1/dtable/app-access-token/"
base_token = get(exchange, api_token)["access_token"]

rows = "/api-gateway/api/v2/dtables/" + base + "/rows/"
query = "${queryOf(usage)}"
print(get(rows + "?" + query, base_token))
`;
}

function javascript(usage: Usage): string {
	return `(async () => {
  const server = "${usage.server}";
  const apiToken = "${usage.token}";
  const base = "${usage.uuid}";

  const get = async (path, token) => {
    const headers = { Authorization: "Bearer " + token };
    const reply = await fetch(server + path, { headers });
    return reply.json();
  };

  // exchange the API token for a base token
  const exchange = "/api/v2.1/dtable/app-access-token/";
  const { access_token } = await get(exchange, apiToken);

  const rows = "/api-gateway/api/v2/dtables/" + base + "/rows/";
  const query = "${queryOf(usage)}";
  console.log(await get(rows + "?" + query, access_token));
})();
`;
}
