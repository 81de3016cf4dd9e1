/* SPDX-License-Identifier: Apache-2.0 */ /* clang-format off */
/*
 * The releve plugin contract, frozen as 1.0: everything that crosses between a host and a plugin, in plain C.
 * The C++ of <releve/source.hpp> and its neighbours is compiled into the plugin on top of this header; the host sees only
 * what is written here. So a plugin built with another compiler, another standard library or an older SDK loads and works.
 * Frozen: later minors only add at the ends of structs and enums. Plugins compiled against 1.0 (tests/frozen/1.0) are kept
 * in the source tree, and every later host must run them.
 *
 * Rules that hold for every line below
 *   - Only C types cross. No exception leaves a function of either side (they are noexcept in C++).
 *   - A releve_string is UTF-8 with a length; it need not end in NUL. The side that made a string or a block frees it. What is
 *     passed in a call is valid during that call, unless the comment says longer.
 *   - Each struct begins with its size, set to sizeof by the side that made it, and grows only at its end. The host refuses a
 *     struct smaller than contract 1.0 had it, so also one whose size is 0 or was forgotten. Fields that were added after 1.0
 *     are read only after RELEVE_HAS(pointer, field). Arrays of such structs are arrays of pointers. releve_string,
 *     releve_label, releve_wait and releve_record have no size field: they never change.
 *   - A `reserved` field is written as 0 and not read.
 *   - Times are nanoseconds since 1970-01-01 00:00 UTC; durations are nanoseconds. Sizes are bytes.
 *   - A function that fails says why through releve_host.fail before it returns; a failure without a reason is reported as
 *     misbehaviour of the plugin.
 *
 * Who may call what
 *   [describe]  inside releve_component.describe only.
 *   [create]    inside releve_component.create only.
 *   [node]      inside any function of the node: the host enters a node with one function at a time (the thread may change).
 *   [any]       any thread, from create until destroy returns.
 */
#ifndef RELEVE_ABI_H
#define RELEVE_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RELEVE_NOEXCEPT noexcept
extern "C" {
#else
#define RELEVE_NOEXCEPT
#endif

/* The version that this header describes. */
#define RELEVE_ABI_MAJOR 1
#define RELEVE_ABI_MINOR 0
#define RELEVE_ABI_VERSION "1.0" /* the same, for people */
#define RELEVE_MAGIC 0x52454c56u /* "RELV" */

/*
 * The least minor that a plugin needs, a decimal number: its descriptor and its note state it. A host loads a plugin when the
 * majors are equal and the plugin's target minor is not newer than the host's minor. Define it before the first include, the
 * same for all files of a plugin (releve_add_plugin: TARGET_MINOR). The default is 0: the plugin loads in every host 1.x,
 * whichever SDK built it. What a minor adds stands under `#if RELEVE_TARGET_MINOR >= <that minor>`: below it, it can't be
 * seen and doesn't compile.
 */
#ifndef RELEVE_TARGET_MINOR
#define RELEVE_TARGET_MINOR 0
#endif
#if RELEVE_TARGET_MINOR > RELEVE_ABI_MINOR
#error "RELEVE_TARGET_MINOR is newer than this SDK: install a newer SDK, or state a lower minor"
#endif

#define RELEVE_QUOTE(text) #text
#define RELEVE_QUOTE_VALUE(macro) RELEVE_QUOTE(macro)
/* The contract that a plugin needs, as its note has it. */
#define RELEVE_TARGET_VERSION RELEVE_QUOTE_VALUE(RELEVE_ABI_MAJOR) "." RELEVE_QUOTE_VALUE(RELEVE_TARGET_MINOR)

/* True when the struct that `pointer` points to is large enough to hold `field`: the side that made it knew the field. Of a
 * field that 1.0 has it is always true in a struct that the host accepts or hands out. A function that a host's struct holds
 * is never NULL. */
#define RELEVE_HAS(pointer, field)                                                                                               \
    ((pointer)->size >= offsetof(__typeof__(*(pointer)), field) + sizeof((pointer)->field))

typedef struct releve_string {
    const char* data;
    size_t size;
} releve_string;

/* What a function returns. */
typedef int32_t releve_status;
enum {
    RELEVE_OK = 0,
    RELEVE_TRANSIENT = 1,  /* may succeed later: the host tries again, with back-off */
    RELEVE_PERMANENT = 2,  /* will not succeed without a change by somebody: the host reports it and tries only seldom */
    RELEVE_BAD_OPTION = 3, /* create, ask: the value of an option is refused; bad_option named it */
    RELEVE_STOPPED = 4,    /* the node is to end: return soon */
    RELEVE_TIMEOUT = 5,    /* wait only: the time is over */
    RELEVE_REFUSED = 6     /* the host does not accept the call; releve_host.reason says why */
};

/* ---- Series, records, batches ------------------------------------------------------------------------------------------ */

enum { /* kind of a series */
    RELEVE_KIND_GAUGE = 0,   /* a number that goes up and down */
    RELEVE_KIND_COUNTER = 1, /* a number that only rises, except at its modulus or when the meter is replaced */
    RELEVE_KIND_TEXT = 2,
    RELEVE_KIND_EVENT = 3,   /* a text whose first word is its state */
    RELEVE_KIND_SETTING = 4  /* a number or a text that somebody chose */
};

typedef struct releve_label {
    releve_string key, value;
} releve_label;

/* What records are measurements of. Identity is name and labels; the rest describes it. */
typedef struct releve_series {
    uint32_t size;
    uint32_t kind;
    releve_string name;     /* lower case, digits and '_'; never renamed once released */
    releve_string quantity; /* a word of docs/series.md, or empty: the host takes it from the unit where that is unambiguous */
    releve_string unit;     /* UCUM code ("Wh", "m3", "Cel", "V.A"), "" for a text, "1" for a pure number */
    releve_string help;     /* one sentence */
    const releve_label* labels;
    uint32_t label_count;
    uint32_t reserved;
    double resolution; /* smallest step in the unit; 0: not known */
    double modulus;    /* counter: it returns to 0 on reaching this; 0: never */
    double max_rate;   /* counter: greatest plausible rise, units per second; 0: not known */
} releve_series;

enum { RELEVE_VALUE_NUMBER = 0, RELEVE_VALUE_TEXT = 1 }; /* type of a record's value */

enum { /* quality of a record */
    RELEVE_QUALITY_GOOD = 0,
    RELEVE_QUALITY_SUSPECT = 1,   /* read, and doubtful until it is confirmed */
    RELEVE_QUALITY_ESTIMATED = 2, /* derived, not read */
    RELEVE_QUALITY_ABSENT = 3     /* there is no value; the number is NaN */
};

/* 24 bytes; never changes. */
typedef struct releve_record {
    int64_t time; /* of the measurement, UTC ns */
    union {
        double number; /* finite, exact to 2^53; NaN when absent */
        struct {
            uint32_t offset, size; /* in the batch's text */
        } text;
    } value;
    uint32_t series; /* number that declare gave */
    uint8_t type;
    uint8_t quality;
    uint16_t reserved;
} releve_record;

/* Records emitted together. Immutable once emitted; every receiver sees the same bytes. */
typedef struct releve_batch {
    uint32_t size;
    uint32_t count;
    const releve_record* records;
    const char* text; /* UTF-8 of the text records, one after the other */
    uint32_t text_size;
    uint32_t reserved;
} releve_batch;

/* Room for a batch in the host's memory, filled in place: write at `next`, advance it, never past `end`. A text goes to
 * text[text_used..]; advance text_used, never past text_capacity. Only `size` is set before begin. */
typedef struct releve_writer {
    uint32_t size;
    uint32_t text_used;
    uint32_t text_capacity;
    uint32_t reserved;
    releve_record *first, *next, *end;
    char* text;
    void* host_private;
    uint64_t sequence; /* set by emit: this node's emits are numbered from 1; compare with acknowledged() */
} releve_writer;

/* ---- Options ----------------------------------------------------------------------------------------------------------- */

enum { /* type of an option, and of a value */
    RELEVE_OPTION_TEXT = 0,
    RELEVE_OPTION_INTEGER = 1,
    RELEVE_OPTION_NUMBER = 2,
    RELEVE_OPTION_BOOLEAN = 3,
    RELEVE_OPTION_DURATION = 4,   /* "10s", "5m", "1h30m": integer, ns */
    RELEVE_OPTION_SIZE = 5,       /* 4096, "64KiB", "10MB": integer, bytes */
    RELEVE_OPTION_PATH = 6,       /* text; a relative one starts at the pipeline file's folder */
    RELEVE_OPTION_SECRET = 7,     /* text, never shown; also { env = "NAME" } or { file = "PATH" } */
    RELEVE_OPTION_CHOICE = 8,     /* text, one of `choices` */
    RELEVE_OPTION_CONNECTION = 9, /* the object of a [connection.NAME] whose component is `connection` */
    RELEVE_OPTION_LIST = 10,      /* of `item_type` */
    RELEVE_OPTION_TABLE = 11,     /* with `fields` */
    RELEVE_OPTION_INTERVAL = 12   /* the host's own `interval`: gives its default and bounds; its key is "interval" */
};

enum { RELEVE_OPTION_REQUIRED = 1u, RELEVE_OPTION_ADVANCED = 2u }; /* flags; advanced: shown last, few people need it */

/* One option, as a component describes it. The host copies all of it. */
typedef struct releve_option {
    uint32_t size;
    uint32_t type;
    uint32_t flags;
    uint32_t item_type;     /* list: the type of its items (any except list and interval) */
    releve_string key;      /* lower case, digits and '_' */
    releve_string help;     /* one sentence; an option without help is refused */
    releve_string fallback; /* the default, as in TOML without the quotes; data == NULL: none */
    releve_string minimum;  /* in the option's own notation; data == NULL: none. For a list: of its length */
    releve_string maximum;
    releve_string unit;     /* UCUM code of a number, for people; may be empty */
    releve_string example;  /* a value for sample.toml, as TOML; data == NULL: the fallback */
    const releve_string* choices;
    uint32_t choice_count;
    uint32_t field_count;
    const struct releve_option* const* fields; /* of a table, or of each table of a list */
    releve_string connection;                  /* the component that the connection must be of */
} releve_option;

/* The value of an option. Everything in it lives as long as the node. */
typedef struct releve_value {
    uint32_t size;
    uint32_t type;
    uint32_t given;     /* 1: it is in the pipeline file; 0: the fallback, or without one everything below is 0 */
    uint32_t count;     /* list: items; table: fields */
    releve_string key;  /* empty for an item of a list */
    releve_string text; /* text, path, secret, choice; connection: its name */
    int64_t integer;    /* integer, duration, interval, size, boolean (0 or 1) */
    double number;      /* number; also set for integer */
    void* connection;   /* `self` as the connection's create set it */
    const struct releve_value* const* items;
} releve_value;

/* ---- The host, as a plugin sees it -------------------------------------------------------------------------------------- */

typedef struct releve_context releve_context; /* the host's side of one node, connection or description */

enum { RELEVE_LOG_DEBUG = 0, RELEVE_LOG_INFO = 1, RELEVE_LOG_WARNING = 2, RELEVE_LOG_ERROR = 3 }; /* level of a log line */

enum { RELEVE_READABLE = 1, RELEVE_WRITABLE = 4, RELEVE_HANGUP = 16 }; /* poll(2)'s POLLIN, POLLOUT, POLLHUP on Linux */

typedef struct releve_wait {
    int32_t fd;
    int16_t events;  /* asked for */
    int16_t revents; /* set by wait */
} releve_wait;

/* Which node of which site it is. Lives as long as the node. */
typedef struct releve_identity {
    uint32_t size;
    uint32_t reserved;
    releve_string site;     /* [site] name */
    releve_string timezone; /* IANA name: days and months begin at this zone's midnight */
    releve_string node;     /* NAME of [source.NAME] */
    releve_string component;
    int64_t interval; /* collect: the section's `interval`; 0: the node is not polled, or polled `at` times of day */
} releve_identity;

enum { /* a sink's answer for a record */
    RELEVE_ANSWER_PENDING = 0, /* as delivered. Still so after write: written if write returned RELEVE_OK, else kept */
    RELEVE_ANSWER_WRITTEN = 1,
    RELEVE_ANSWER_REJECTED = 2, /* can never be written: set by releve_host.reject, which takes the reason */
    RELEVE_ANSWER_KEEP = 3      /* deliver it again, before anything newer of its series */
};

/* A batch as a sink gets it. Records whose answer is not RELEVE_ANSWER_PENDING were answered at an earlier attempt: skip
 * them. */
typedef struct releve_delivery {
    uint32_t size;
    uint32_t attempt; /* 1 the first time */
    uint64_t id;      /* the same at each attempt; unique in this sink while its state directory lives */
    const releve_batch* batch;
    uint8_t* answers; /* batch->count of them */
} releve_delivery;

enum { RELEVE_METRIC_COUNTER = 0, RELEVE_METRIC_GAUGE = 1 };

/* A figure of the node about itself; shown as releve_<name>, with the node as a label. It is no record. */
typedef struct releve_metric {
    uint32_t size;
    uint32_t kind;      /* counter: only added to; gauge: set */
    releve_string name; /* <what>_<unit>; a counter's ends in _total, a gauge's does not */
    releve_string help; /* one sentence */
    const releve_label* labels;
    uint32_t label_count;
    uint32_t reserved;
} releve_metric;

typedef struct releve_host {
    uint32_t size;
    uint32_t abi_minor;
    releve_string version; /* of the host program, for people */

    /* [describe] One option of the component. RELEVE_REFUSED (see reason): a bad description, or a key of the host. */
    releve_status (*option)(releve_context*, const releve_option*) RELEVE_NOEXCEPT;

    /* [describe] [create] [node] Why the function in progress is about to return a failure. One sentence. */
    void (*fail)(releve_context*, releve_string why) RELEVE_NOEXCEPT;
    /* [create] A value is refused: shown at its key in the pipeline file. `path` is as in "servers[1].host". May be called
     * several times; create then returns RELEVE_BAD_OPTION. */
    void (*bad_option)(releve_context*, releve_string path, releve_string why) RELEVE_NOEXCEPT;
    /* [any] Why the last host function called from this thread returned RELEVE_REFUSED; valid until the next call. */
    releve_string (*reason)(releve_context*) RELEVE_NOEXCEPT;

    /* [any] The options as a table value, and which node it is. */
    const releve_value* (*options)(releve_context*) RELEVE_NOEXCEPT;
    const releve_identity* (*identity)(releve_context*) RELEVE_NOEXCEPT;

    /* [any] A line of log. `event` is a short stable word; repeats of one event of one node are limited and counted. */
    void (*log)(releve_context*, int32_t level, releve_string event, releve_string text) RELEVE_NOEXCEPT;
    /* [any] Whether something that the node depends on (a server, a port) is available. The host logs a loss once and the
     * return once, with its duration; it may be called at every attempt. `subject` names the thing; "" is the node itself. */
    void (*health)(releve_context*, releve_string subject, int32_t up, releve_string why) RELEVE_NOEXCEPT;

    /* [any] The time, UTC. Never read the system's clock: tests have their own. */
    int64_t (*now)(releve_context*) RELEVE_NOEXCEPT;
    /* [any] A time that only rises, also when the clock is set: for measuring durations. */
    int64_t (*steady)(releve_context*) RELEVE_NOEXCEPT;
    /* [node] but not in a transform: the only way to block. Returns when one of `fds` is ready (RELEVE_OK), `timeout` is over
     * (RELEVE_TIMEOUT; negative: no limit), the node is to end (RELEVE_STOPPED) or an acknowledgement came (RELEVE_OK with no
     * revents). `fds` may be NULL with count 0; at most 1,024. */
    releve_status (*wait)(releve_context*, releve_wait* fds, uint32_t count, int64_t timeout) RELEVE_NOEXCEPT;
    /* [any] Whether the node is to end; and a descriptor that becomes readable then, to hand to another event loop: do not
     * read from it and do not close it. */
    int32_t (*stopping)(releve_context*) RELEVE_NOEXCEPT;
    int32_t (*stop_fd)(releve_context*) RELEVE_NOEXCEPT;
    /* [node] transform: call tick at or after `time` (UTC). A node has one such time: the last one set; INT64_MAX clears it. */
    void (*wake_at)(releve_context*, int64_t time) RELEVE_NOEXCEPT;

    /* [any] Declares a series and sets its number, from 1. The host adds the labels `site` and `device` where absent. The
     * same series again has the same number; with another kind or unit, of another node, or beyond the node's limit:
     * RELEVE_REFUSED. */
    releve_status (*declare)(releve_context*, const releve_series*, uint32_t* number) RELEVE_NOEXCEPT;
    /* [any] A declared series, valid as long as the host; NULL: no series has this number. */
    const releve_series* (*series)(releve_context*, uint32_t number) RELEVE_NOEXCEPT;

    /* [any] Room for `records` records (1 to 65,536) and `text` bytes (at most 16 MiB) of text; else RELEVE_REFUSED. End it
     * with emit or discard. */
    releve_status (*begin)(releve_context*, uint32_t records, uint32_t text, releve_writer*) RELEVE_NOEXCEPT;
    /* [any] Hands the batch over; the writer is empty afterwards, whatever is returned, unless its `size` is refused. May
     * block in a source while a `block` sink that it feeds is full. `cursor` (may be empty, at most 64 KiB): where to read
     * again; it, and the state written since the last emit, are committed with the batch. RELEVE_STOPPED: the node is to end
     * and the batch was not taken. */
    releve_status (*emit)(releve_context*, releve_writer*, releve_string cursor) RELEVE_NOEXCEPT;
    /* [any] Returns the room unused. */
    void (*discard)(releve_context*, releve_writer*) RELEVE_NOEXCEPT;
    /* [node] transform: passes a received batch on unchanged, by reference. */
    releve_status (*forward)(releve_context*, const releve_batch*) RELEVE_NOEXCEPT;
    /* [any] Keeps a received batch beyond the call, until release. */
    void (*retain)(releve_context*, const releve_batch*) RELEVE_NOEXCEPT;
    void (*release)(releve_context*, const releve_batch*) RELEVE_NOEXCEPT;

    /* [node] The last committed cursor, also of before a restart; empty: there is none. Valid until the next call. */
    releve_string (*cursor)(releve_context*) RELEVE_NOEXCEPT;
    /* [any] All emits up to this number are stored by every durable sink that they were routed to. */
    uint64_t (*acknowledged)(releve_context*) RELEVE_NOEXCEPT;
    /* [node] Small durable state, by key (at most 64 KiB a value, 1 MiB a node). What is written is committed with the next
     * emit; a value of data == NULL removes the key. Reading an absent key sets data == NULL. Valid until the next call. */
    releve_status (*state_read)(releve_context*, releve_string key, releve_string* value) RELEVE_NOEXCEPT;
    releve_status (*state_write)(releve_context*, releve_string key, releve_string value) RELEVE_NOEXCEPT;

    /* [node] inside write: this record can never be written. Sets its answer. */
    void (*reject)(releve_context*, const releve_delivery*, uint32_t index, releve_string why) RELEVE_NOEXCEPT;

    /* [any] Declares a metric and sets its number, from 1; the same metric again has the same number. Unknown numbers are
     * ignored. */
    releve_status (*metric)(releve_context*, const releve_metric*, uint32_t* number) RELEVE_NOEXCEPT;
    void (*metric_add)(releve_context*, uint32_t number, double by) RELEVE_NOEXCEPT;
    void (*metric_set)(releve_context*, uint32_t number, double to) RELEVE_NOEXCEPT;

    /* [any] An optional service, by id ("releve.<what>/<version>"); NULL: this host does not have it. */
    const void* (*extension)(releve_context*, releve_string id) RELEVE_NOEXCEPT;
} releve_host;

/* ---- The plugin, as the host sees it ------------------------------------------------------------------------------------ */

enum { /* roles */
    RELEVE_MAKES = 1u,     /* emits records */
    RELEVE_TAKES = 2u,     /* has inputs */
    RELEVE_CONNECTION = 4u /* shared by nodes of the same plugin; neither of the above */
};

/*
 * A kind of node. The functions that are set determine how it works:
 *   collect            makes: polled at `interval`, on the node's thread
 *   run                makes: streaming, called once for the node's whole life, on the node's thread. RELEVE_OK means that
 *                      nothing more will come: the host calls stop and does not run it again. After a failure it calls stop,
 *                      start and run again, with back-off; once the node is to end, whatever run returned, it calls only stop
 *   process            takes and makes: a transform, on the router; must not block
 *   write              takes: a sink, on the node's thread; may also make (emit what came of it)
 *   collect and write  takes and makes: a device that is read and controlled, one call at a time on the node's thread
 * A connection has none of them. Functions marked (optional) may be NULL.
 */
typedef struct releve_component {
    uint32_t size;
    uint32_t roles;
    releve_string name;    /* lower case, digits and '_' */
    releve_string summary; /* one sentence without a full stop */
    /* (optional: no options) Calls host->option for each. Once, after the version check, before anything else. */
    releve_status (*describe)(const releve_host*, releve_context*) RELEVE_NOEXCEPT;
    /* Checks the options and stores them, without I/O. `host` and the context live until destroy returns. After a failure
     * destroy is not called. */
    releve_status (*create)(const releve_host*, releve_context*, void** self) RELEVE_NOEXCEPT;
    /* (optional) Is the device reachable? Connects, moves no data. Called instead of start, by `check --online`. */
    releve_status (*probe)(void* self) RELEVE_NOEXCEPT;
    /* (optional) Opens. After a failure it is called again, with back-off. */
    releve_status (*start)(void* self) RELEVE_NOEXCEPT;
    releve_status (*collect)(void* self) RELEVE_NOEXCEPT;
    releve_status (*run)(void* self) RELEVE_NOEXCEPT;
    releve_status (*process)(void* self, const releve_batch*) RELEVE_NOEXCEPT;
    /* (optional) The time set with wake_at has come. */
    releve_status (*tick)(void* self, int64_t now) RELEVE_NOEXCEPT;
    /* Everything that is queued, oldest first, up to the host's group size. */
    releve_status (*write)(void* self, const releve_delivery* const*, uint32_t count) RELEVE_NOEXCEPT;
    /* (optional) Closes what start opened; also after a start that failed. Never before run has returned. */
    releve_status (*stop)(void* self) RELEVE_NOEXCEPT;
    void (*destroy)(void* self) RELEVE_NOEXCEPT;
    /* (optional) A service of the component, by id; NULL: it does not have it. */
    const void* (*extension)(releve_string id) RELEVE_NOEXCEPT;
} releve_component;

/*
 * A service of a connection: other programs can query it, through the host's control socket. So only its own connection talks
 * to a device that serves one request at a time.
 *     POST /ask?component=wes&host=192.168.1.112&page=/data.cgx
 * Connections of that `component` are asked one after the other, until one does not return RELEVE_REFUSED; the other
 * parameters are passed as `words`.
 */
#define RELEVE_ASK "releve.ask/1"
typedef struct releve_ask {
    uint32_t size;
    uint32_t reserved;
    /* On a thread of the host, several at a time, after the connection's start and before its stop. May block up to the
     * connection's own timeouts; returns soon once `stop_fd` is readable. Before it returns, it calls `give`:
     *   RELEVE_OK          once, with the bytes of the answer
     *   RELEVE_REFUSED     never: the question concerns nothing of this connection
     *   RELEVE_BAD_OPTION  once, with a sentence: what is wrong with the words
     *   any other          once, with a sentence: why there is no answer */
    releve_status (*ask)(void* self, const releve_label* words, uint32_t count, int32_t stop_fd,
                         void (*give)(void* to, releve_string text) RELEVE_NOEXCEPT, void* to) RELEVE_NOEXCEPT;
} releve_ask;

/* The one exported symbol of a plugin: extern const releve_plugin_descriptor releve_plugin; */
typedef struct releve_plugin_descriptor {
    uint32_t size;
    uint32_t magic;     /* RELEVE_MAGIC */
    uint32_t abi_major; /* RELEVE_ABI_MAJOR */
    uint32_t abi_minor; /* RELEVE_TARGET_MINOR */
    releve_string name; /* lower case, digits and '-' */
    releve_string version;
    releve_string licence; /* SPDX identifier */
    const releve_component* const* components;
    uint32_t component_count;
    uint32_t reserved;
} releve_plugin_descriptor;

#define RELEVE_PLUGIN_SYMBOL "releve_plugin"
#define RELEVE_EXPORT __attribute__((visibility("default"), used))

/*
 * The note that the host reads from the file without running it: ELF note section ".note.releve", owner "releve", type 1,
 * text of lines "key value", in any order; unknown keys are ignored. It agrees with the descriptor.
 *     abi 1.0                       exactly once: RELEVE_TARGET_VERSION
 *     name cpu-temperature          exactly once
 *     version 1.0.0                 exactly once
 *     licence Apache-2.0            at most once
 *     component cpu_temperature 1   one line a component: name, roles as a number
 * C: RELEVE_PLUGIN_NOTE("name gen-c\nversion 1.0.0\nlicence Apache-2.0\ncomponent gen_c 1\n") at file scope.
 */
#define RELEVE_NOTE_SECTION ".note.releve"
#define RELEVE_NOTE_OWNER "releve"
#define RELEVE_NOTE_TYPE 1
#define RELEVE_PLUGIN_NOTE(TEXT)                                                                                                 \
    static const struct {                                                                                                        \
        uint32_t owner_size, text_size, type;                                                                                    \
        char owner[8];                                                                                                           \
        char text[sizeof("abi " RELEVE_TARGET_VERSION "\n" TEXT)];                                                               \
    } releve_plugin_note __attribute__((section(RELEVE_NOTE_SECTION), used, aligned(4))) = {                                     \
        7, sizeof("abi " RELEVE_TARGET_VERSION "\n" TEXT), RELEVE_NOTE_TYPE, RELEVE_NOTE_OWNER,                                  \
        "abi " RELEVE_TARGET_VERSION "\n" TEXT}

#ifdef __cplusplus
}
#endif
#endif
