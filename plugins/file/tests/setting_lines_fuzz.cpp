// SPDX-License-Identifier: Apache-2.0
// libFuzzer: any bytes as a file of settings.
#include "setting_lines.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using releve::file::read_settings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const char separator : {',', ';'}) {
        const auto found = read_settings(text, separator);
        for (const auto& one : found.good)
            if (!std::isfinite(one.value) ||
                (one.text && (one.value != 0 || one.text->find('"') != std::string::npos)) || one.setting.empty() ||
                one.number == 0)
                std::abort();
        for (const auto& one : found.bad)
            if (one.why.empty() || one.number == 0) std::abort();
    }
    return 0;
}
