// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <releve/kit/text/printable.hpp>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

namespace releve::core {

bool wants_colour(int fd) {
    const char* term = std::getenv("TERM");
    return isatty(fd) == 1 && std::getenv("NO_COLOR") == nullptr &&
           (term == nullptr || std::string_view{term} != "dumb");
}

std::unique_ptr<log> make_console_log(const clock& time, const std::string& level) {
    const auto mode = wants_colour(STDERR_FILENO) ? spdlog::color_mode::always : spdlog::color_mode::never;
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode);
    const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    auto out = std::make_shared<spdlog::logger>("releve", sink);
    out->set_pattern(journal ? "%v" : "%H:%M:%S %^%-7l%$ %v");
    out->set_level(level == "debug"     ? spdlog::level::debug
                   : level == "warning" ? spdlog::level::warn
                   : level == "error"   ? spdlog::level::err
                                        : spdlog::level::info);
    out->flush_on(spdlog::level::debug);
    return std::make_unique<log>(
        [&time] { return time.steady(); },
        [out, journal](const log_line& line) {
            constexpr std::string_view priority[] = {"<7>", "<6>", "<4>", "<3>"}; // sd-daemon(3)
            const auto index = static_cast<std::size_t>(line.level);
            std::string text{journal ? priority[index] : std::string_view{}};
            if (!line.node.empty()) text += line.node + ": ";
            auto words = line.text; // of several lines, perhaps: a database's error
            std::replace_if(
                words.begin(), words.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
            text += kit::printable(words);
            constexpr spdlog::level::level_enum levels[] = {spdlog::level::debug, spdlog::level::info,
                                                            spdlog::level::warn, spdlog::level::err};
            out->log(levels[index], "{}", text);
        });
}

} // namespace releve::core
