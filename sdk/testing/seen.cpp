// SPDX-License-Identifier: Apache-2.0
#include <releve/testing/seen.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <ostream>

namespace releve::testing {

namespace {

std::string shown(time_point at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(at)};
    const std::chrono::hh_mm_ss clock{seconds - std::chrono::floor<std::chrono::days>(at)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    std::string made{text.data()};
    if (const auto rest = (at - seconds).count(); rest != 0) {
        std::snprintf(text.data(), text.size(), ".%09lld", static_cast<long long>(rest));
        made += text.data();
    }
    return made + "Z";
}

constexpr std::array<const char*, 4> qualities{"good", "suspect", "estimated", "absent"};
constexpr std::array<const char*, 4> levels{"debug", "info", "warning", "error"};

template <class Names, class E>
const char* name_in(const Names& names, E of) {
    const auto i = static_cast<std::size_t>(of);
    return i < names.size() ? names[i] : "?";
}

std::string lines(const std::vector<problem>& all) {
    std::string text;
    for (const auto& one : all) {
        if (!text.empty()) text += '\n';
        if (one.line != 0) text += std::to_string(one.line) + ":" + std::to_string(one.column) + ": ";
        text += one.what;
        if (!one.help.empty()) text += " (" + one.help + ")";
    }
    return text;
}

} // namespace

std::ostream& operator<<(std::ostream& out, const outcome& of) {
    constexpr std::array<const char*, 7> names{
        "ok", "transient failure", "permanent failure", "bad option", "stopped", "timeout", "refused"};
    out << name_in(names, of.status);
    return of.why.empty() ? out : out << ": " << of.why;
}

std::ostream& operator<<(std::ostream& out, const problem& of) { return out << lines({of}); }

bad_options::bad_options(std::vector<problem> found)
    : std::runtime_error(lines(found))
    , problems(std::move(found)) {}

std::string emitted_record::label(const std::string& key) const {
    const auto found = series->labels.find(key);
    return found == series->labels.end() ? std::string{} : found->second;
}

std::ostream& operator<<(std::ostream& out, const emitted_record& of) {
    out << shown(of.time) << ' ' << of.name() << '{';
    const char* between = "";
    for (const auto& [key, value] : of.series->labels) {
        if (key == "site") continue;
        out << between << key << '=' << value;
        between = ", ";
    }
    out << "} ";
    if (of.is_text)
        out << '"' << of.text << '"';
    else
        out << of.value;
    if (!of.unit().empty()) out << ' ' << of.unit();
    return out << ' ' << name_in(qualities, of.quality);
}

std::ostream& operator<<(std::ostream& out, const log_line& of) {
    return out << shown(of.time) << ' ' << name_in(levels, of.level) << ' ' << of.event << ": " << of.text;
}

std::ostream& operator<<(std::ostream& out, const health_change& of) {
    out << shown(of.time) << ' ' << (of.subject.empty() ? "the node" : of.subject) << (of.up ? " is back" : " is lost");
    return of.why.empty() ? out : out << ": " << of.why;
}

std::ostream& operator<<(std::ostream& out, verdict of) {
    constexpr std::array<const char*, 4> names{"pending", "written", "rejected", "keep"};
    return out << name_in(names, of);
}

std::size_t writing::count(verdict of) const {
    return static_cast<std::size_t>(std::ranges::count(answers, of, &answer::is));
}

} // namespace releve::testing
