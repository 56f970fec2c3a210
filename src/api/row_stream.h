/* The streams of rows that are under way (GET stream-rows/). */
#ifndef ATOLL_API_ROW_STREAM_H
#define ATOLL_API_ROW_STREAM_H

struct row_streams;

struct row_streams *row_streams_new(void);
/* After http_stop(), which cuts them: waits until they have ended. */
void row_streams_free(struct row_streams **streams);

#endif
