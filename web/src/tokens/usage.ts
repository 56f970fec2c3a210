// Ready-made lines that use a token: they work as they are pasted into a shell, Python or Node, without anything installed.

export type Usage = { server: string; token: string; uuid: string; table: string };

export const programs = {
	curl: { text: "curl", write: curl },
	python: { text: "Python", write: python },
	javascript: { text: "JavaScript", write: javascript },
} as const;
export type Program = keyof typeof programs;

/** Encoded so that it can stand between double quotes in all three languages, in an interactive shell too. */
function rowsPath({ uuid, table }: Usage): string {
	const name = encodeURIComponent(table).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
	return `/api-gateway/api/v2/dtables/${uuid}/rows/?table_name=${name}&convert_keys=true&limit=5`;
}

function curl(usage: Usage): string {
	return `SERVER='${usage.server}'
API_TOKEN='${usage.token}'

# exchange the API token for a base token
BASE_TOKEN=$(curl -s -H "Authorization: Bearer $API_TOKEN" \\
  "$SERVER/api/v2.1/dtable/app-access-token/" |
  sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')

curl -s -H "Authorization: Bearer $BASE_TOKEN" \\
  "$SERVER${rowsPath(usage)}"
`;
}

function python(usage: Usage): string {
	return `import json, urllib.request

server = "${usage.server}"
api_token = "${usage.token}"

def get(path, token):
    request = urllib.request.Request(server + path, headers={"Authorization": "Bearer " + token})
    return json.load(urllib.request.urlopen(request))

# exchange the API token for a base token
base_token = get("/api/v2.1/dtable/app-access-token/", api_token)["access_token"]
print(get("${rowsPath(usage)}", base_token))
`;
}

function javascript(usage: Usage): string {
	return `(async () => {
  const server = "${usage.server}";
  const apiToken = "${usage.token}";

  const get = async (path, token) => {
    const reply = await fetch(server + path, { headers: { Authorization: "Bearer " + token } });
    return reply.json();
  };

  // exchange the API token for a base token
  const { access_token: baseToken } = await get("/api/v2.1/dtable/app-access-token/", apiToken);
  console.log(await get("${rowsPath(usage)}", baseToken));
})();
`;
}
