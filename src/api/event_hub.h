/* Who is told of changes: clients that keep a reply open (http/http.h, streams) to follow the journal of a base. One
 * thread serves them all, so that neither they nor slow ones among them hold a worker; a base is open only while its
 * journal is read. A stream ends when its token does, when its client goes or stops reading, and with the server. */
#ifndef ATOLL_API_EVENT_HUB_H
#define ATOLL_API_EVENT_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"
#include "core/str.h"

struct auth;
struct base_registry;
struct catalog;
struct event_hub;
struct http_reply;

enum { EVENT_STREAMS_PER_BASE = 200, EVENT_STREAMS = 2000 };

/* Starts the thread and watches `bases`, until event_hub_free(), which is called when no request runs any more. */
struct event_hub *event_hub_new(struct catalog *catalog, struct auth *auth, struct base_registry *bases);
void event_hub_free(struct event_hub **hub);

/* Makes the reply a stream of the base's operations after the version `after`, as long as the base token `token` is
 * good. `username` absent: an application. Errors: E_too_many_requests (EVENT_STREAMS_PER_BASE), E_overloaded
 * (EVENT_STREAMS). */
bool event_hub_add(struct event_hub *hub, struct http_reply *reply, struct str base_uuid, struct str username,
		   struct str token, int64_t after, struct error *err);

/* Shows `toast`, one line of JSON, on the pages that the person has open on the base; nobody need have one. */
void event_hub_toast(struct event_hub *hub, struct str base_uuid, struct str username, struct str toast);

#endif
