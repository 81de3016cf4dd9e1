// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as a server's listing, and as the lines of a log file in several layouts.
#include "ftp/csv_log.hpp"
#include "ftp/listing.hpp"
#include "ftp/read_positions.hpp"

#include <releve/failure.hpp>

#include <cmath>
#include <cstdlib>

namespace {

using namespace releve::wes;

void read_log(std::string_view text, csv_log& log) {
    log.begin();
    log.header(text.substr(0, text.find('\n')), 2);
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        try {
            const auto fields = log.fields(line);
            if (fields.size() > csv_log::max_fields) std::abort();
            log.time(fields);
            log.is_set(fields, 2);
            for (std::size_t i = 0; i <= fields.size() + 1; ++i)
                if (const auto number = log.number(fields, i); number && !std::isfinite(*number)) std::abort();
        } catch (const bad_line&) {
            continue;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static csv_log points{{}}, commas{{',', '.', {1, 2}, "%Y-%m-%d %H:%M:%S", "UTC"}},
        french{{'\t', ',', {1}, "%d/%m/%y %H:%M", "UTC"}};
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (auto* log : {&points, &commas, &french}) read_log(text, *log);
    read_positions positions;
    positions.restore(text);
    for (std::size_t part = 0; part < read_positions::parts; ++part) {
        const auto kept = positions.part(part);
        read_positions again;
        again.restore(kept);
        if (again.part(part) != kept) std::abort();
    }
    for (const auto& one : read_listing(text)) {
        if (const auto* const at = positions.find(one.name); at != nullptr && at->bytes < 0) std::abort();
        if (one.bytes < 0 || one.name.empty() || one.name.find('/') != one.name.npos) std::abort();
        is_named("*.csv", one.name);
        is_named(one.name, "LOG.CSV");
    }
    return 0;
}
