/* SPDX-License-Identifier: Apache-2.0 */
/* A source in plain C: it counts, and continues after a restart. */
#include <releve/abi.h>

#include <stdlib.h>

#define TEXT(literal)                                                                                                  \
    { literal, sizeof(literal) - 1 }

RELEVE_PLUGIN_NOTE("name counter-c\nversion 1.0.0\nlicence Apache-2.0\ncomponent counter_c 1\n");

struct counter {
    const releve_host* host;
    releve_context* context;
    int64_t step, count;
    uint32_t series;
};

static const releve_string key_of_count = TEXT("count");

static releve_status describe(const releve_host* host, releve_context* context) {
    const releve_option step = {.size = sizeof step,
                                .type = RELEVE_OPTION_INTEGER,
                                .key = TEXT("step"),
                                .help = TEXT("Counted at each interval"),
                                .fallback = TEXT("1"),
                                .minimum = TEXT("1"),
                                .maximum = TEXT("1000")};
    return host->option(context, &step);
}

static releve_status create(const releve_host* host, releve_context* context, void** self) {
    const releve_string no_memory = TEXT("no memory");
    const releve_series series = {.size = sizeof series,
                                  .kind = RELEVE_KIND_COUNTER,
                                  .name = TEXT("count"),
                                  .unit = TEXT("1"),
                                  .help = TEXT("Sum of all steps")};
    struct counter* c = calloc(1, sizeof *c);
    if (c == NULL) return host->fail(context, no_memory), RELEVE_TRANSIENT;
    c->host = host;
    c->context = context;
    c->step = host->options(context)->items[0]->integer; /* in the order of describe */
    if (host->declare(context, &series, &c->series) != RELEVE_OK) {
        host->fail(context, host->reason(context));
        return free(c), RELEVE_PERMANENT;
    }
    *self = c;
    return RELEVE_OK;
}

static releve_status start(void* self) {
    struct counter* c = self;
    releve_string was = {NULL, 0};
    if (c->host->state_read(c->context, key_of_count, &was) == RELEVE_OK && was.size == sizeof c->count)
        for (size_t i = 0; i < was.size; ++i) ((char*)&c->count)[i] = was.data[i];
    return RELEVE_OK;
}

static releve_status collect(void* self) {
    struct counter* c = self;
    const releve_string no_cursor = {NULL, 0}, count = {(const char*)&c->count, sizeof c->count};
    releve_writer writer = {.size = sizeof writer};
    if (c->host->begin(c->context, 1, 0, &writer) != RELEVE_OK) goto refused;
    c->count += c->step;
    *writer.next++ = (releve_record){.time = c->host->now(c->context),
                                     .value.number = (double)c->count,
                                     .series = c->series,
                                     .type = RELEVE_VALUE_NUMBER,
                                     .quality = RELEVE_QUALITY_GOOD};
    /* This state is committed with the next emit, or not at all. */
    if (c->host->state_write(c->context, key_of_count, count) != RELEVE_OK) goto refused;
    return c->host->emit(c->context, &writer, no_cursor);
refused:
    c->host->fail(c->context, c->host->reason(c->context));
    if (writer.first != NULL) c->host->discard(c->context, &writer);
    return RELEVE_PERMANENT;
}

static void destroy(void* self) { free(self); }

static const releve_component counter = {.size = sizeof counter,
                                         .roles = RELEVE_MAKES,
                                         .name = TEXT("counter_c"),
                                         .summary = TEXT("Counts, and continues after a restart"),
                                         .describe = describe,
                                         .create = create,
                                         .start = start,
                                         .collect = collect,
                                         .destroy = destroy};
static const releve_component* const components[] = {&counter};

RELEVE_EXPORT const releve_plugin_descriptor releve_plugin = {.size = sizeof releve_plugin,
                                                              .magic = RELEVE_MAGIC,
                                                              .abi_major = RELEVE_ABI_MAJOR,
                                                              .abi_minor = RELEVE_TARGET_MINOR,
                                                              .name = TEXT("counter-c"),
                                                              .version = TEXT("1.0.0"),
                                                              .licence = TEXT("Apache-2.0"),
                                                              .components = components,
                                                              .component_count = 1};
