// SPDX-License-Identifier: Apache-2.0
#include "log.hpp"

namespace releve::core {

log::log(std::function<std::int64_t()> steady, std::function<void(const log_line&)> out)
    : steady_{std::move(steady)}
    , out_{std::move(out)} {}

void log::write(log_level level, std::string_view node, std::string_view event, std::string_view text) {
    const std::lock_guard lock{mutex_};
    const auto now = steady_();
    log_line line{level, std::string{node}, std::string{event}, std::string{text.substr(0, max_text)}};
    auto key = std::pair{line.node, line.event};
    if (const auto known = repeats_.find(key); known != repeats_.end()) {
        auto& [last, hidden] = known->second;
        if (now - last < repeat_ns) {
            ++hidden;
            return;
        }
        if (hidden != 0) line.text += " (and " + std::to_string(hidden) + " more like it)";
        last = now;
        hidden = 0;
    } else {
        if (repeats_.size() >= max_remembered) repeats_.clear();
        repeats_.emplace(std::move(key), repeats{now, 0});
    }
    out_(line);
}

void log::health(std::string_view node, std::string_view subject, bool up, std::string_view why) {
    const std::lock_guard lock{mutex_};
    const auto now = steady_();
    const auto key = std::pair{std::string{node}, std::string{subject}};
    const auto known = absences_.find(key);
    const bool was_up = known == absences_.end() || known->second.up;
    if (up == was_up) return;
    const auto named = [&](std::string_view after) {
        return subject.empty() ? std::string{after} : std::string{subject} + ": " + std::string{after};
    };
    if (!up) {
        if (absences_.size() >= max_remembered) absences_.clear();
        absences_[key] = {false, now};
        out_({log_level::warning, std::string{node}, "lost", named("lost: ") + std::string{why.substr(0, max_text)}});
    } else {
        out_({log_level::info, std::string{node}, "back",
              named("back after ") + spell_duration(now - known->second.since)});
        absences_.erase(known);
    }
}

std::string spell_duration(std::int64_t ns) {
    const auto ms = ns / 1'000'000;
    const auto s = ms / 1000;
    if (s < 1) return std::to_string(ms) + " ms";
    if (s < 60) return std::to_string(s) + " s";
    if (s < 3600) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
    return std::to_string(s / 3600) + " h " + std::to_string(s / 60 % 60) + " min";
}

} // namespace releve::core
