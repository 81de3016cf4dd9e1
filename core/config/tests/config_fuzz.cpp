// SPDX-License-Identifier: Apache-2.0
// Pipeline files of any bytes: they are read, and their mistakes are shown as lines that a terminal may have.
#include "config/leaves.hpp"
#include "config/pipeline_file.hpp"
#include "test_components.hpp"

#include <releve/kit/text/printable.hpp>

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static releve::core::catalogue plugins({});
    static const bool added = (plugins.add(test_components()), true);
    const auto file =
        releve::core::read_pipeline_text({reinterpret_cast<const char*>(data), size}, "site.toml", plugins);
    std::ostringstream text;
    releve::core::print(text, file, false);
    releve::core::print_json(text, file);
    const auto shown = text.str();
    if (!added || shown != releve::kit::printable_lines(shown)) std::abort();
    std::size_t end = 0; // leaves are in order, apart, and in the text
    for (const auto& one : releve::core::scan(file.text).leaves) {
        if (one.begin < end || one.end < one.begin || one.end > size) std::abort();
        end = one.end;
    }
    return 0;
}
