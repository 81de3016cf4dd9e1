// SPDX-License-Identifier: Apache-2.0
// The same layout for C++; and two files that include everything, linked together: nothing in a header is defined
// twice.
#include "layout.h"

#include "every_header.hpp"

#include <cstdlib>
#include <string_view>

extern "C" int size_of_record_in_c(void);
extern "C" const releve_plugin_descriptor releve_plugin;

// A struct of a side that knew fields up to `version` only.
static bool reads_late_fields_by_size() {
    releve_host old{};
    old.size = offsetof(releve_host, option);
    const releve_host* host = &old;
    const bool early = RELEVE_HAS(host, version), late = RELEVE_HAS(host, option);
    old.size = sizeof old;
    return early && !late && RELEVE_HAS(host, extension);
}

int main() {
    const bool good = size_of_record_in_c() == sizeof(releve_record) && reads_late_fields_by_size() &&
                      releve::view(releve_plugin.name) == "every-kind" && releve_plugin.component_count == 5;
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
