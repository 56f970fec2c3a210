/* A client on a plain socket for the tests of the server: says exactly what a test wants, also nonsense. Each read has
 * a deadline, so that a test fails and does not hang. */
#ifndef ATOLL_TESTS_HTTP_CLIENT_H
#define ATOLL_TESTS_HTTP_CLIENT_H

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { CLIENT_DEADLINE_S = 20 };

struct answer {
	int status;
	bool closes;
	char head[4096];
	char *body;
	size_t body_len;
};

static inline int client_connect_with(int port, int receive_buffer)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval deadline = { .tv_sec = CLIENT_DEADLINE_S };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert(fd >= 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (receive_buffer > 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof(deadline));
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

static inline int client_connect(int port)
{
	return client_connect_with(port, 0);
}

static inline void client_send_bytes(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0)
			return; /* the server has closed; the test reads what it said */
		bytes += sent;
		len -= (size_t)sent;
	}
}

static inline void client_send(int fd, const char *text)
{
	client_send_bytes(fd, text, strlen(text));
}

/* Reads up to `len` bytes, fewer at the end; a reset counts as the end, a deadline does not. */
static inline size_t client_read(int fd, char *into, size_t len)
{
	size_t got = 0;

	while (got < len) {
		ssize_t more = recv(fd, into + got, len - got, 0);
		assert(more >= 0 || errno == ECONNRESET);
		if (more <= 0)
			break;
		got += (size_t)more;
	}
	return got;
}

static inline bool client_is_at_end(int fd)
{
	char byte;

	return client_read(fd, &byte, 1) == 0;
}

/* Reads one reply with a Content-Length; status 0 when the connection ends first. Free answer->body. */
static inline void client_receive(int fd, bool with_body, struct answer *answer)
{
	size_t len = 0;

	memset(answer, 0, sizeof(*answer));
	while (len < 4 || memcmp(answer->head + len - 4, "\r\n\r\n", 4) != 0) {
		assert(len < sizeof(answer->head) - 1);
		if (client_read(fd, answer->head + len, 1) == 0)
			return;
		len++;
	}
	const char *length = strstr(answer->head, "Content-Length: ");
	answer->body_len = length && with_body ? strtoul(length + 16, NULL, 10) : 0;
	answer->body = calloc(1, answer->body_len + 1);
	answer->closes = strstr(answer->head, "Connection: close") != NULL;
	if (client_read(fd, answer->body, answer->body_len) == answer->body_len)
		answer->status = (int)strtol(answer->head + 9, NULL, 10);
}

#endif
