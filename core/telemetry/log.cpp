// SPDX-License-Identifier: Apache-2.0
#include "log.hpp"

#include <algorithm>

namespace releve::core {

namespace {
std::size_t hash_of(const log_line& line) { return std::hash<std::string>{}(line.text); }
} // namespace

log::log(std::function<std::int64_t()> steady, std::function<void(const log_line&)> out)
    : steady_{std::move(steady)}
    , out_{std::move(out)} {}

void log::write(log_level level, std::string_view node, std::string_view event, std::string_view text) {
    const std::lock_guard lock{mutex_};
    const auto now = steady_();
    log_line line{level, std::string{node}, std::string{event}, std::string{text.substr(0, max_text)}};
    auto key = std::pair{line.node, line.event};
    if (repeats_.size() >= max_remembered && !repeats_.contains(key)) repeats_.clear();
    const auto [known, is_new] = repeats_.try_emplace(std::move(key));
    auto& its = known->second;
    if (!is_new && !may_write(its, line, now)) {
        ++its.hidden;
        its.last_hidden = std::move(line);
        its.last_hidden.text.resize(std::min(its.last_hidden.text.size(), max_hidden_text));
        return;
    }
    its.hashes[its.texts++ % at_once] = hash_of(line);
    its.last = now;
    --its.room;
    if (its.hidden != 0) line.text += " (and " + std::to_string(its.hidden) + " more like it)";
    its.hidden = 0;
    out_(line);
}

bool log::may_write(repeats& of, const log_line& line, std::int64_t now) {
    const auto pauses = (now - of.last) / repeat_ns;
    if (pauses > 0) {
        of.room = static_cast<std::uint32_t>(std::min<std::int64_t>(at_once, of.room + pauses));
        of.texts = 0;
        return true;
    }
    const auto* const first = of.hashes.data();
    const auto* const end = first + std::min(of.texts, at_once);
    return of.room != 0 && std::find(first, end, hash_of(line)) == end;
}

void log::settle(bool all) {
    const std::lock_guard lock{mutex_};
    const auto now = steady_();
    if (!all && now - settled_ < repeat_ns) return;
    settled_ = now;
    for (auto& [key, its] : repeats_) {
        if (its.hidden == 0 || (!all && now - its.last < 2 * repeat_ns)) continue; // else its next line says it
        if (its.hidden > 1) its.last_hidden.text += " (and " + std::to_string(its.hidden - 1) + " more like it)";
        its.hidden = 0;
        its.last = now;
        out_(its.last_hidden);
    }
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
