/* SPDX-License-Identifier: Apache-2.0 */
/* A plugin of contract 1.0 in plain C, without the C++ SDK: see README.md. */
#define _GNU_SOURCE /* O_CLOEXEC */
#include <releve/abi.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEXT(literal)                                                                                                  \
    { literal, sizeof(literal) - 1 }

RELEVE_PLUGIN_NOTE("name frozen-c\nversion 1.0.0\nlicence Apache-2.0\n"
                   "component c_count 1\ncomponent c_ticks 1\ncomponent c_double 3\ncomponent c_lines 2\n");

struct node {
    const releve_host* host;
    releve_context* context;
    int64_t step, period; /* period: ns */
    int64_t count;
    uint32_t series;
    char path[1024];
};

static const releve_string key_of_count = TEXT("count"), nothing = {NULL, 0};

static releve_string text(const char* of) {
    const releve_string made = {of, strlen(of)};
    return made;
}

static const releve_value* option(const struct node* n, const char* key) {
    const releve_value* all = n->host->options(n->context);
    for (uint32_t i = 0; i < all->count; ++i)
        if (all->items[i]->key.size == strlen(key) && memcmp(all->items[i]->key.data, key, strlen(key)) == 0)
            return all->items[i];
    return NULL;
}

static releve_status refused(const struct node* n) {
    n->host->fail(n->context, n->host->reason(n->context));
    return RELEVE_PERMANENT;
}

static releve_status create(const releve_host* host, releve_context* context, void** self) {
    struct node* n = calloc(1, sizeof *n);
    if (n == NULL) return host->fail(context, text("no memory")), RELEVE_TRANSIENT;
    n->host = host;
    n->context = context;
    const releve_value *step = option(n, "step"), *period = option(n, "period"), *path = option(n, "path");
    n->step = step != NULL ? step->integer : 0;
    n->period = period != NULL ? period->integer : 0;
    if (path != NULL) {
        if (path->text.size >= sizeof n->path) {
            host->bad_option(context, text("path"), text("is too long"));
            return free(n), RELEVE_BAD_OPTION;
        }
        memcpy(n->path, path->text.data, path->text.size);
    }
    *self = n;
    return RELEVE_OK;
}

static void destroy(void* self) { free(self); }

/* Declares the series and creates the node, as each of the three that make records does. */
static releve_status create_maker(const releve_host* host, releve_context* context, void** self, uint32_t kind,
                                  const char* name, const char* unit) {
    const releve_series series = {.size = sizeof series,
                                  .kind = kind,
                                  .name = text(name),
                                  .unit = text(unit),
                                  .help = text("Of a plugin that was compiled with contract 1.0")};
    uint32_t number = 0;
    if (host->declare(context, &series, &number) != RELEVE_OK) {
        host->fail(context, host->reason(context));
        return RELEVE_PERMANENT;
    }
    const releve_status status = create(host, context, self);
    if (status == RELEVE_OK) ((struct node*)*self)->series = number;
    return status;
}

/* ---- c_count: polled, with its sum in the durable state
 * ---------------------------------------------------------------- */

static releve_status count_describe(const releve_host* host, releve_context* context) {
    const releve_option step = {.size = sizeof step,
                                .type = RELEVE_OPTION_INTEGER,
                                .key = TEXT("step"),
                                .help = TEXT("Added at each interval"),
                                .fallback = TEXT("1"),
                                .minimum = TEXT("1"),
                                .maximum = TEXT("1000")};
    const releve_option interval = {.size = sizeof interval,
                                    .type = RELEVE_OPTION_INTERVAL,
                                    .key = TEXT("interval"),
                                    .help = TEXT("Time between two readings"),
                                    .fallback = TEXT("1s")};
    const releve_status status = host->option(context, &step);
    return status == RELEVE_OK ? host->option(context, &interval) : status;
}

static releve_status count_create(const releve_host* host, releve_context* context, void** self) {
    return create_maker(host, context, self, RELEVE_KIND_COUNTER, "count", "1");
}

static releve_status count_start(void* self) {
    struct node* n = self;
    releve_string was = nothing;
    if (n->host->state_read(n->context, key_of_count, &was) == RELEVE_OK && was.size == sizeof n->count)
        memcpy(&n->count, was.data, sizeof n->count);
    char line[64];
    snprintf(line, sizeof line, "goes on after %lld", (long long)n->count);
    n->host->log(n->context, RELEVE_LOG_INFO, text("starts"), text(line));
    return RELEVE_OK;
}

static releve_status count_collect(void* self) {
    struct node* n = self;
    const releve_string count = {(const char*)&n->count, sizeof n->count};
    releve_writer writer = {.size = sizeof writer};
    if (n->host->begin(n->context, 1, 0, &writer) != RELEVE_OK) return refused(n);
    n->count += n->step;
    *writer.next++ = (releve_record){.time = n->host->now(n->context),
                                     .value.number = (double)n->count,
                                     .series = n->series,
                                     .type = RELEVE_VALUE_NUMBER,
                                     .quality = RELEVE_QUALITY_GOOD};
    if (n->host->state_write(n->context, key_of_count, count) != RELEVE_OK) {
        n->host->discard(n->context, &writer);
        return refused(n);
    }
    const releve_status status = n->host->emit(n->context, &writer, nothing);
    return status == RELEVE_REFUSED ? refused(n) : status;
}

/* ---- c_ticks: streaming, texts, with a cursor
 * -------------------------------------------------------------------------- */

static releve_status ticks_describe(const releve_host* host, releve_context* context) {
    const releve_option period = {.size = sizeof period,
                                  .type = RELEVE_OPTION_DURATION,
                                  .key = TEXT("period"),
                                  .help = TEXT("Time between two ticks"),
                                  .fallback = TEXT("1s"),
                                  .minimum = TEXT("1ms")};
    return host->option(context, &period);
}

static releve_status ticks_create(const releve_host* host, releve_context* context, void** self) {
    return create_maker(host, context, self, RELEVE_KIND_TEXT, "tick", "");
}

static releve_status ticks_run(void* self) {
    struct node* n = self;
    const releve_string from = n->host->cursor(n->context);
    char cursor[32] = "";
    memcpy(cursor, from.data, from.size < sizeof cursor ? from.size : 0);
    for (n->count = atoll(cursor);;) {
        const releve_status woken = n->host->wait(n->context, NULL, 0, n->period);
        if (woken == RELEVE_STOPPED) return RELEVE_OK;
        if (woken == RELEVE_REFUSED) return refused(n);
        if (woken != RELEVE_TIMEOUT) continue; /* an acknowledgement */
        releve_writer writer = {.size = sizeof writer};
        if (n->host->begin(n->context, 1, sizeof cursor, &writer) != RELEVE_OK) return refused(n);
        snprintf(cursor, sizeof cursor, "%lld", (long long)++n->count);
        const uint32_t size = (uint32_t)strlen(cursor);
        memcpy(writer.text, cursor, size);
        writer.text_used = size;
        *writer.next++ = (releve_record){.time = n->host->now(n->context),
                                         .value.text = {0, size},
                                         .series = n->series,
                                         .type = RELEVE_VALUE_TEXT,
                                         .quality = RELEVE_QUALITY_GOOD};
        const releve_status status = n->host->emit(n->context, &writer, text(cursor));
        if (status == RELEVE_STOPPED) return RELEVE_OK;
        if (status != RELEVE_OK) return refused(n);
    }
}

/* ---- c_double: a transform: passes everything on, and doubles what is called "count"
 * ----------------------------------- */

static releve_status double_create(const releve_host* host, releve_context* context, void** self) {
    return create_maker(host, context, self, RELEVE_KIND_GAUGE, "doubled", "1");
}

static releve_status double_process(void* self, const releve_batch* in) {
    struct node* n = self;
    if (in->count == 0) return RELEVE_OK;
    if (n->host->forward(n->context, in) != RELEVE_OK) return refused(n);
    releve_writer writer = {.size = sizeof writer};
    if (n->host->begin(n->context, in->count, 0, &writer) != RELEVE_OK) return refused(n);
    for (uint32_t i = 0; i < in->count; ++i) {
        const releve_series* of = n->host->series(n->context, in->records[i].series);
        if (of == NULL || of->name.size != 5 || memcmp(of->name.data, "count", 5) != 0) continue;
        if (in->records[i].type != RELEVE_VALUE_NUMBER || in->records[i].quality == RELEVE_QUALITY_ABSENT) continue;
        releve_record made = in->records[i];
        made.value.number *= 2;
        made.series = n->series;
        *writer.next++ = made;
    }
    if (writer.next == writer.first) return n->host->discard(n->context, &writer), RELEVE_OK;
    const releve_status status = n->host->emit(n->context, &writer, nothing);
    return status == RELEVE_REFUSED ? refused(n) : status;
}

/* ---- c_lines: a sink: a line a record, at the end of a file; and a metric
 * ---------------------------------------------- */

static releve_status lines_describe(const releve_host* host, releve_context* context) {
    const releve_option path = {.size = sizeof path,
                                .type = RELEVE_OPTION_PATH,
                                .flags = RELEVE_OPTION_REQUIRED,
                                .key = TEXT("path"),
                                .help = TEXT("File that the lines are added to"),
                                .example = TEXT("\"lines.txt\"")};
    return host->option(context, &path);
}

static releve_status lines_create(const releve_host* host, releve_context* context, void** self) {
    const releve_metric lines = {.size = sizeof lines,
                                 .kind = RELEVE_METRIC_COUNTER,
                                 .name = TEXT("lines_total"),
                                 .help = TEXT("Lines written")};
    uint32_t number = 0;
    if (host->metric(context, &lines, &number) != RELEVE_OK) {
        host->fail(context, host->reason(context));
        return RELEVE_PERMANENT;
    }
    const releve_status status = create(host, context, self);
    if (status == RELEVE_OK) ((struct node*)*self)->series = number; /* of the metric, here */
    return status;
}

static releve_status lines_write(void* self, const releve_delivery* const* all, uint32_t count) {
    struct node* n = self;
    const int fd = open(n->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0) return n->host->fail(n->context, text("the file can't be opened")), RELEVE_TRANSIENT;
    for (uint32_t d = 0; d < count; ++d)
        for (uint32_t i = 0; i < all[d]->batch->count; ++i) {
            const releve_record* one = all[d]->batch->records + i;
            const releve_series* of = n->host->series(n->context, one->series);
            if (all[d]->answers[i] != RELEVE_ANSWER_PENDING) continue;
            char line[256];
            int size = 0;
            if (of == NULL) {
                n->host->reject(n->context, all[d], i, text("it is of no series"));
                continue;
            }
            if (one->type == RELEVE_VALUE_TEXT)
                size = snprintf(line, sizeof line, "%.*s %.*s\n", (int)of->name.size, of->name.data,
                                (int)one->value.text.size, all[d]->batch->text + one->value.text.offset);
            else
                size = snprintf(line, sizeof line, "%.*s %.0f\n", (int)of->name.size, of->name.data, one->value.number);
            if (size < 0 || (size_t)size >= sizeof line || write(fd, line, (size_t)size) != size)
                all[d]->answers[i] = RELEVE_ANSWER_KEEP;
            else
                all[d]->answers[i] = RELEVE_ANSWER_WRITTEN;
            if (all[d]->answers[i] == RELEVE_ANSWER_WRITTEN) n->host->metric_add(n->context, n->series, 1);
        }
    close(fd);
    return RELEVE_OK;
}

static const releve_component counts = {.size = sizeof counts,
                                        .roles = RELEVE_MAKES,
                                        .name = TEXT("c_count"),
                                        .summary = TEXT("Counts, and goes on after a restart"),
                                        .describe = count_describe,
                                        .create = count_create,
                                        .start = count_start,
                                        .collect = count_collect,
                                        .destroy = destroy};
static const releve_component ticks = {.size = sizeof ticks,
                                       .roles = RELEVE_MAKES,
                                       .name = TEXT("c_ticks"),
                                       .summary = TEXT("Ticks, and goes on after a restart"),
                                       .describe = ticks_describe,
                                       .create = ticks_create,
                                       .run = ticks_run,
                                       .destroy = destroy};
static const releve_component doubles = {.size = sizeof doubles,
                                         .roles = RELEVE_MAKES | RELEVE_TAKES,
                                         .name = TEXT("c_double"),
                                         .summary = TEXT("Passes all on, and doubles counts"),
                                         .create = double_create,
                                         .process = double_process,
                                         .destroy = destroy};
static const releve_component lines = {.size = sizeof lines,
                                       .roles = RELEVE_TAKES,
                                       .name = TEXT("c_lines"),
                                       .summary = TEXT("A line a record"),
                                       .describe = lines_describe,
                                       .create = lines_create,
                                       .write = lines_write,
                                       .destroy = destroy};
static const releve_component* const components[] = {&counts, &ticks, &doubles, &lines};

RELEVE_EXPORT const releve_plugin_descriptor releve_plugin = {.size = sizeof releve_plugin,
                                                              .magic = RELEVE_MAGIC,
                                                              .abi_major = RELEVE_ABI_MAJOR,
                                                              .abi_minor = RELEVE_TARGET_MINOR,
                                                              .name = TEXT("frozen-c"),
                                                              .version = TEXT("1.0.0"),
                                                              .licence = TEXT("Apache-2.0"),
                                                              .components = components,
                                                              .component_count = 4};
