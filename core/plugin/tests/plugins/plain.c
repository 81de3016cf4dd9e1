/* SPDX-License-Identifier: Apache-2.0 */
/* The least a plugin can be; each macro makes one thing about it wrong. */
#include <releve/abi.h>

#define TEXT(literal)                                                                                                  \
    { literal, sizeof(literal) - 1 }
#ifndef NAME
#define NAME "plain"
#endif
#ifndef COMPONENT
#define COMPONENT NAME "_source"
#endif
#ifndef NOTE
#define NOTE "name " NAME "\nversion 1.0.0\nlicence Apache-2.0\ncomponent " COMPONENT " 1\n"
#endif
#ifndef MAGIC
#define MAGIC RELEVE_MAGIC
#endif

#ifndef WITHOUT_NOTE
RELEVE_PLUGIN_NOTE(NOTE);
#endif

#ifdef NEEDS
int NEEDS(void);
#endif

static releve_status describe(const releve_host* host, releve_context* context) {
    const releve_option count = {.size = sizeof count,
                                 .type = RELEVE_OPTION_INTEGER,
                                 .key = TEXT("count"),
                                 .help = TEXT("How many to make"),
                                 .fallback = TEXT("3"),
                                 .minimum = TEXT("1")};
    return host->option(context, &count);
}

static releve_status create(const releve_host* host, releve_context* context, void** self) {
    (void)host;
    *self = context;
    return RELEVE_OK;
}

static releve_status collect(void* self) {
    (void)self;
#ifdef NEEDS
    return NEEDS();
#else
    return RELEVE_OK;
#endif
}

static void destroy(void* self) { (void)self; }

static const releve_component source = {.size = sizeof source,
                                        .roles = RELEVE_MAKES,
                                        .name = TEXT(COMPONENT),
                                        .summary = TEXT("Makes nothing"),
                                        .describe = describe,
                                        .create = create,
                                        .collect = collect,
                                        .destroy = destroy};
static const releve_component* const components[] = {&source};

#ifdef WITHOUT_SYMBOL
const releve_plugin_descriptor another_name = {
#else
RELEVE_EXPORT const releve_plugin_descriptor releve_plugin = {
#endif
    .size = sizeof(releve_plugin_descriptor),
    .magic = MAGIC,
    .abi_major = RELEVE_ABI_MAJOR,
    .abi_minor = RELEVE_TARGET_MINOR,
    .name = TEXT(NAME),
    .version = TEXT("1.0.0"),
    .licence = TEXT("Apache-2.0"),
    .components = components,
    .component_count = 1};
