/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of contract 1.0, as every plugin that was ever built with it has it. A line here is never changed: a
 * struct that grows gets new lines after its last, and another SIZE. Compiled as C and as C++. */
#include <releve/abi.h>

#include <assert.h>

#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), #type " has another size")
#define FIELD(type, field, at, bytes)                                                                                  \
    static_assert(offsetof(type, field) == (at) && sizeof(((type*)0)->field) == (bytes), #type "." #field " moved")
#define VALUE(name, number) static_assert((name) == (number), #name " has another value")

/* NOLINTBEGIN(bugprone-sizeof-expression): the sizes of pointers are meant. */
SIZE(releve_string, 16);
FIELD(releve_string, data, 0, 8);
FIELD(releve_string, size, 8, 8);

SIZE(releve_label, 32);
FIELD(releve_label, key, 0, 16);
FIELD(releve_label, value, 16, 16);

SIZE(releve_series, 112);
FIELD(releve_series, size, 0, 4);
FIELD(releve_series, kind, 4, 4);
FIELD(releve_series, name, 8, 16);
FIELD(releve_series, quantity, 24, 16);
FIELD(releve_series, unit, 40, 16);
FIELD(releve_series, help, 56, 16);
FIELD(releve_series, labels, 72, 8);
FIELD(releve_series, label_count, 80, 4);
FIELD(releve_series, reserved, 84, 4);
FIELD(releve_series, resolution, 88, 8);
FIELD(releve_series, modulus, 96, 8);
FIELD(releve_series, max_rate, 104, 8);

SIZE(releve_record, 24);
FIELD(releve_record, time, 0, 8);
FIELD(releve_record, value, 8, 8);
FIELD(releve_record, value.number, 8, 8);
FIELD(releve_record, value.text.offset, 8, 4);
FIELD(releve_record, value.text.size, 12, 4);
FIELD(releve_record, series, 16, 4);
FIELD(releve_record, type, 20, 1);
FIELD(releve_record, quality, 21, 1);
FIELD(releve_record, reserved, 22, 2);

SIZE(releve_batch, 32);
FIELD(releve_batch, size, 0, 4);
FIELD(releve_batch, count, 4, 4);
FIELD(releve_batch, records, 8, 8);
FIELD(releve_batch, text, 16, 8);
FIELD(releve_batch, text_size, 24, 4);
FIELD(releve_batch, reserved, 28, 4);

SIZE(releve_writer, 64);
FIELD(releve_writer, size, 0, 4);
FIELD(releve_writer, text_used, 4, 4);
FIELD(releve_writer, text_capacity, 8, 4);
FIELD(releve_writer, reserved, 12, 4);
FIELD(releve_writer, first, 16, 8);
FIELD(releve_writer, next, 24, 8);
FIELD(releve_writer, end, 32, 8);
FIELD(releve_writer, text, 40, 8);
FIELD(releve_writer, host_private, 48, 8);
FIELD(releve_writer, sequence, 56, 8);

SIZE(releve_option, 168);
FIELD(releve_option, size, 0, 4);
FIELD(releve_option, type, 4, 4);
FIELD(releve_option, flags, 8, 4);
FIELD(releve_option, item_type, 12, 4);
FIELD(releve_option, key, 16, 16);
FIELD(releve_option, help, 32, 16);
FIELD(releve_option, fallback, 48, 16);
FIELD(releve_option, minimum, 64, 16);
FIELD(releve_option, maximum, 80, 16);
FIELD(releve_option, unit, 96, 16);
FIELD(releve_option, example, 112, 16);
FIELD(releve_option, choices, 128, 8);
FIELD(releve_option, choice_count, 136, 4);
FIELD(releve_option, field_count, 140, 4);
FIELD(releve_option, fields, 144, 8);
FIELD(releve_option, connection, 152, 16);

SIZE(releve_value, 80);
FIELD(releve_value, size, 0, 4);
FIELD(releve_value, type, 4, 4);
FIELD(releve_value, given, 8, 4);
FIELD(releve_value, count, 12, 4);
FIELD(releve_value, key, 16, 16);
FIELD(releve_value, text, 32, 16);
FIELD(releve_value, integer, 48, 8);
FIELD(releve_value, number, 56, 8);
FIELD(releve_value, connection, 64, 8);
FIELD(releve_value, items, 72, 8);

SIZE(releve_wait, 8);
FIELD(releve_wait, fd, 0, 4);
FIELD(releve_wait, events, 4, 2);
FIELD(releve_wait, revents, 6, 2);

SIZE(releve_identity, 80);
FIELD(releve_identity, size, 0, 4);
FIELD(releve_identity, reserved, 4, 4);
FIELD(releve_identity, site, 8, 16);
FIELD(releve_identity, timezone, 24, 16);
FIELD(releve_identity, node, 40, 16);
FIELD(releve_identity, component, 56, 16);
FIELD(releve_identity, interval, 72, 8);

SIZE(releve_delivery, 32);
FIELD(releve_delivery, size, 0, 4);
FIELD(releve_delivery, attempt, 4, 4);
FIELD(releve_delivery, id, 8, 8);
FIELD(releve_delivery, batch, 16, 8);
FIELD(releve_delivery, answers, 24, 8);

SIZE(releve_metric, 56);
FIELD(releve_metric, size, 0, 4);
FIELD(releve_metric, kind, 4, 4);
FIELD(releve_metric, name, 8, 16);
FIELD(releve_metric, help, 24, 16);
FIELD(releve_metric, labels, 40, 8);
FIELD(releve_metric, label_count, 48, 4);
FIELD(releve_metric, reserved, 52, 4);

SIZE(releve_host, 272);
FIELD(releve_host, size, 0, 4);
FIELD(releve_host, abi_minor, 4, 4);
FIELD(releve_host, version, 8, 16);
FIELD(releve_host, option, 24, 8);
FIELD(releve_host, fail, 32, 8);
FIELD(releve_host, bad_option, 40, 8);
FIELD(releve_host, reason, 48, 8);
FIELD(releve_host, options, 56, 8);
FIELD(releve_host, identity, 64, 8);
FIELD(releve_host, log, 72, 8);
FIELD(releve_host, health, 80, 8);
FIELD(releve_host, now, 88, 8);
FIELD(releve_host, steady, 96, 8);
FIELD(releve_host, wait, 104, 8);
FIELD(releve_host, stopping, 112, 8);
FIELD(releve_host, stop_fd, 120, 8);
FIELD(releve_host, wake_at, 128, 8);
FIELD(releve_host, declare, 136, 8);
FIELD(releve_host, series, 144, 8);
FIELD(releve_host, begin, 152, 8);
FIELD(releve_host, emit, 160, 8);
FIELD(releve_host, discard, 168, 8);
FIELD(releve_host, forward, 176, 8);
FIELD(releve_host, retain, 184, 8);
FIELD(releve_host, release, 192, 8);
FIELD(releve_host, cursor, 200, 8);
FIELD(releve_host, acknowledged, 208, 8);
FIELD(releve_host, state_read, 216, 8);
FIELD(releve_host, state_write, 224, 8);
FIELD(releve_host, reject, 232, 8);
FIELD(releve_host, metric, 240, 8);
FIELD(releve_host, metric_add, 248, 8);
FIELD(releve_host, metric_set, 256, 8);
FIELD(releve_host, extension, 264, 8);

SIZE(releve_component, 136);
FIELD(releve_component, size, 0, 4);
FIELD(releve_component, roles, 4, 4);
FIELD(releve_component, name, 8, 16);
FIELD(releve_component, summary, 24, 16);
FIELD(releve_component, describe, 40, 8);
FIELD(releve_component, create, 48, 8);
FIELD(releve_component, probe, 56, 8);
FIELD(releve_component, start, 64, 8);
FIELD(releve_component, collect, 72, 8);
FIELD(releve_component, run, 80, 8);
FIELD(releve_component, process, 88, 8);
FIELD(releve_component, tick, 96, 8);
FIELD(releve_component, write, 104, 8);
FIELD(releve_component, stop, 112, 8);
FIELD(releve_component, destroy, 120, 8);
FIELD(releve_component, extension, 128, 8);

SIZE(releve_plugin_descriptor, 80);
FIELD(releve_plugin_descriptor, size, 0, 4);
FIELD(releve_plugin_descriptor, magic, 4, 4);
FIELD(releve_plugin_descriptor, abi_major, 8, 4);
FIELD(releve_plugin_descriptor, abi_minor, 12, 4);
FIELD(releve_plugin_descriptor, name, 16, 16);
FIELD(releve_plugin_descriptor, version, 32, 16);
FIELD(releve_plugin_descriptor, licence, 48, 16);
FIELD(releve_plugin_descriptor, components, 64, 8);
FIELD(releve_plugin_descriptor, component_count, 72, 4);
FIELD(releve_plugin_descriptor, reserved, 76, 4);

VALUE(RELEVE_OK, 0);
VALUE(RELEVE_TRANSIENT, 1);
VALUE(RELEVE_PERMANENT, 2);
VALUE(RELEVE_BAD_OPTION, 3);
VALUE(RELEVE_STOPPED, 4);
VALUE(RELEVE_TIMEOUT, 5);
VALUE(RELEVE_REFUSED, 6);

VALUE(RELEVE_KIND_GAUGE, 0);
VALUE(RELEVE_KIND_COUNTER, 1);
VALUE(RELEVE_KIND_TEXT, 2);
VALUE(RELEVE_KIND_EVENT, 3);
VALUE(RELEVE_KIND_SETTING, 4);

VALUE(RELEVE_VALUE_NUMBER, 0);
VALUE(RELEVE_VALUE_TEXT, 1);

VALUE(RELEVE_QUALITY_GOOD, 0);
VALUE(RELEVE_QUALITY_SUSPECT, 1);
VALUE(RELEVE_QUALITY_ESTIMATED, 2);
VALUE(RELEVE_QUALITY_ABSENT, 3);

VALUE(RELEVE_OPTION_TEXT, 0);
VALUE(RELEVE_OPTION_INTEGER, 1);
VALUE(RELEVE_OPTION_NUMBER, 2);
VALUE(RELEVE_OPTION_BOOLEAN, 3);
VALUE(RELEVE_OPTION_DURATION, 4);
VALUE(RELEVE_OPTION_SIZE, 5);
VALUE(RELEVE_OPTION_PATH, 6);
VALUE(RELEVE_OPTION_SECRET, 7);
VALUE(RELEVE_OPTION_CHOICE, 8);
VALUE(RELEVE_OPTION_CONNECTION, 9);
VALUE(RELEVE_OPTION_LIST, 10);
VALUE(RELEVE_OPTION_TABLE, 11);
VALUE(RELEVE_OPTION_INTERVAL, 12);

SIZE(releve_ask, 16);
FIELD(releve_ask, size, 0, 4);
FIELD(releve_ask, reserved, 4, 4);
FIELD(releve_ask, ask, 8, 8);

VALUE(RELEVE_OPTION_REQUIRED, 1);
VALUE(RELEVE_OPTION_ADVANCED, 2);

VALUE(RELEVE_LOG_DEBUG, 0);
VALUE(RELEVE_LOG_INFO, 1);
VALUE(RELEVE_LOG_WARNING, 2);
VALUE(RELEVE_LOG_ERROR, 3);

VALUE(RELEVE_READABLE, 1);
VALUE(RELEVE_WRITABLE, 4);
VALUE(RELEVE_HANGUP, 16);

VALUE(RELEVE_ANSWER_PENDING, 0);
VALUE(RELEVE_ANSWER_WRITTEN, 1);
VALUE(RELEVE_ANSWER_REJECTED, 2);
VALUE(RELEVE_ANSWER_KEEP, 3);

VALUE(RELEVE_METRIC_COUNTER, 0);
VALUE(RELEVE_METRIC_GAUGE, 1);

VALUE(RELEVE_MAKES, 1);
VALUE(RELEVE_TAKES, 2);
VALUE(RELEVE_CONNECTION, 4);
VALUE(RELEVE_MAGIC, 0x52454c56u);
VALUE(RELEVE_ABI_MAJOR, 1);
VALUE(RELEVE_NOTE_TYPE, 1);

/* NOLINTEND(bugprone-sizeof-expression) */
