/* The counters' cells, and their text form. */
#include "core/metric.h"

#include <inttypes.h>
#include <stdatomic.h>

static _Atomic int64_t values[METRIC_COUNT];

static const struct {
	const char *name, *kind, *help;
} rows[METRIC_COUNT] = {
#define METRIC(name, kind, help) [M_##name] = { #name, #kind, help },
#include "defs/metrics.def"
#undef METRIC
};

void metric_add(enum metric metric, int64_t amount)
{
	atomic_fetch_add_explicit(&values[metric], amount, memory_order_relaxed);
}

void metric_set(enum metric metric, int64_t value)
{
	atomic_store_explicit(&values[metric], value, memory_order_relaxed);
}

int64_t metric_get(enum metric metric)
{
	return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

void metric_write(struct buf *into)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		buf_printf(into, "# HELP atoll_%s %s\n# TYPE atoll_%s %s\natoll_%s %" PRId64 "\n", rows[i].name,
			   rows[i].help, rows[i].name, rows[i].kind, rows[i].name, metric_get((enum metric)i));
	}
}
