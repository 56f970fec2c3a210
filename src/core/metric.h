/* Counters and gauges that GET /metrics shows; each is a row of defs/metrics.def. Lock-free. */
#ifndef ATOLL_CORE_METRIC_H
#define ATOLL_CORE_METRIC_H

#include <stdint.h>

#include "core/buf.h"

enum metric {
#define METRIC(name, kind, help) M_##name,
#include "defs/metrics.def"
#undef METRIC
	METRIC_COUNT
};

void metric_add(enum metric metric, int64_t amount);
void metric_set(enum metric metric, int64_t value);
int64_t metric_get(enum metric metric);
/* All of them in Prometheus' text format 0.0.4. */
void metric_write(struct buf *into);

#endif
