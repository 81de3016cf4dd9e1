// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include "plugin/last_words.hpp"

#include <releve/kit/text/printable.hpp>

#include <date/tz.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string_view>

namespace releve::core {

bool wants_colour(int fd) {
    const char* term = std::getenv("TERM");
    return isatty(fd) == 1 && std::getenv("NO_COLOR") == nullptr &&
           (term == nullptr || std::string_view{term} != "dumb");
}

namespace {

/// Of the site; nullptr: not known yet.
std::atomic<const date::time_zone*> console_zone{nullptr};

std::int64_t utc_offset(std::chrono::system_clock::time_point at) {
    const auto s = std::chrono::floor<std::chrono::seconds>(at);
    if (const auto* zone = console_zone.load(); zone != nullptr) return zone->get_info(s).offset.count();
    const auto time = std::chrono::system_clock::to_time_t(s);
    std::tm local{};
    return localtime_r(&time, &local) == nullptr ? 0 : local.tm_gmtoff;
}

/// A line's time of day, in the same zone as records that are shown beside it.
class time_of_day final : public spdlog::custom_flag_formatter {
public:
    void format(const spdlog::details::log_msg& line, const std::tm&, spdlog::memory_buf_t& to) override {
        const auto offset = utc_offset(line.time);
        set_last_words_offset(offset);
        const auto local = std::chrono::floor<std::chrono::seconds>(line.time.time_since_epoch()).count() + offset;
        std::array<char, 16> text{};
        std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", static_cast<int>(local / 3600 % 24),
                      static_cast<int>(local / 60 % 60), static_cast<int>(local % 60));
        to.append(std::string_view{text.data()});
    }
    std::unique_ptr<spdlog::custom_flag_formatter> clone() const override { return std::make_unique<time_of_day>(); }
};

} // namespace

void use_console_zone(const std::string& zone) { console_zone = date::locate_zone(zone); }

std::unique_ptr<log> make_console_log(const clock& time, const std::string& level) {
    const auto mode = wants_colour(STDERR_FILENO) ? spdlog::color_mode::always : spdlog::color_mode::never;
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>(mode);
    const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    auto out = std::make_shared<spdlog::logger>("releve", sink);
    auto form = std::make_unique<spdlog::pattern_formatter>();
    form->add_flag<time_of_day>('*').set_pattern(journal ? "%v" : "%* %^%-7l%$ %v");
    out->set_formatter(std::move(form));
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
