// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_SERIES_HPP
#define RELEVE_SERIES_HPP
#include <releve/string.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace releve {

enum class kind : std::uint32_t {
    gauge = RELEVE_KIND_GAUGE,     // goes up and down
    counter = RELEVE_KIND_COUNTER, // only rises
    text = RELEVE_KIND_TEXT,
    event = RELEVE_KIND_EVENT, // a text whose first word is its state
    setting = RELEVE_KIND_SETTING,
};

enum class quality : std::uint8_t {
    good = RELEVE_QUALITY_GOOD,
    suspect = RELEVE_QUALITY_SUSPECT,     // read, and doubtful until it is confirmed
    estimated = RELEVE_QUALITY_ESTIMATED, // derived, not read
    absent = RELEVE_QUALITY_ABSENT,       // no value
};

struct label {
    std::string key, value;
};

/// The argument of context::declare: `host.declare({.is = releve::kind::counter, .name = "volume", .unit = "m3", .help
/// =
/// "..."})`.
struct series_description {
    kind is = kind::gauge;
    std::string name = {};     // lower case, digits, '_'; never renamed once released
    std::string quantity = {}; // a word of docs/series.md; empty: taken from the unit
    std::string unit = {};     // UCUM code
    std::string help = {};     // one sentence
    std::vector<label> labels = {};
    double resolution = 0; // smallest step, in the unit; 0: not known
    double modulus = 0;    // counter: returns to 0 on reaching this; 0: never
    double max_rate = 0;   // counter: greatest plausible rise, units per second; 0: not known
};

/// The number of a declared series. A default-constructed one is not a series: false.
class series {
public:
    series() = default;
    explicit constexpr series(std::uint32_t number) noexcept
        : number_{number} {}
    constexpr std::uint32_t number() const noexcept { return number_; }
    explicit constexpr operator bool() const noexcept { return number_ != 0; }
    friend constexpr bool operator==(series, series) = default;

private:
    std::uint32_t number_ = 0;
};

/// How a series was declared: a view of the host's memory, valid as long as the host.
class series_view {
public:
    explicit series_view(const releve_series* c) noexcept
        : c_{c} {}
    explicit operator bool() const noexcept { return c_ != nullptr; }
    kind is() const noexcept { return static_cast<kind>(c_->kind); }
    std::string_view name() const noexcept { return view(c_->name); }
    std::string_view quantity() const noexcept { return view(c_->quantity); }
    std::string_view unit() const noexcept { return view(c_->unit); }
    std::string_view help() const noexcept { return view(c_->help); }
    double resolution() const noexcept { return c_->resolution; }
    double modulus() const noexcept { return c_->modulus; }
    double max_rate() const noexcept { return c_->max_rate; }
    std::uint32_t label_count() const noexcept { return c_->label_count; }
    std::string_view label_key(std::uint32_t i) const noexcept { return view(c_->labels[i].key); }
    std::string_view label_value(std::uint32_t i) const noexcept { return view(c_->labels[i].value); }
    /// The value of a label; empty when the series does not have it.
    std::string_view label(std::string_view key) const noexcept {
        for (std::uint32_t i = 0; i < c_->label_count; ++i)
            if (label_key(i) == key) return label_value(i);
        return {};
    }
    const releve_series* c() const noexcept { return c_; }

private:
    const releve_series* c_;
};

} // namespace releve
#endif
