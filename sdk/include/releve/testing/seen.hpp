// SPDX-License-Identifier: Apache-2.0
// What a node did, as the fake host saw it.
#pragma once
#include <releve/context.hpp>

#include <cstdint>
#include <iosfwd>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace releve::testing {

using labels = std::map<std::string, std::string>;

/// What a function of a node answered. In a REQUIRE it is true when the node succeeded; shown with its reason when not.
struct outcome {
    releve_status status = RELEVE_OK;
    std::string why; // as the node said it
    explicit operator bool() const noexcept { return status == RELEVE_OK; }
    bool transient() const noexcept { return status == RELEVE_TRANSIENT; }
    bool permanent() const noexcept { return status == RELEVE_PERMANENT; }
};
std::ostream& operator<<(std::ostream& out, const outcome& of);

/// What a connection answered to a question (RELEVE_ASK). RELEVE_REFUSED: it is about nothing of its.
struct answered {
    releve_status status = RELEVE_REFUSED;
    std::string text; // the answer, or why there is none
    int times = 0;    // that it was given
};

/// A mistake in options. line and column count from 1 in the TOML that the test gave; 0: no place of its own.
struct problem {
    std::uint32_t line = 0, column = 0;
    std::string what; // one sentence
    std::string help; // what to do; may be empty
};
std::ostream& operator<<(std::ostream& out, const problem& of);

/// Thrown when a node can't be made of the options it is given. what() holds all problems, one a line.
struct bad_options : std::runtime_error {
    explicit bad_options(std::vector<problem> found);
    std::vector<problem> problems;
};

/// Thrown instead of hanging: a node did not come back within setup::watchdog.
struct stuck : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct declared_series {
    std::uint32_t number = 0;
    releve::kind kind = releve::kind::gauge;
    std::string name, quantity, unit, help;
    testing::labels labels; // with `site` and `device`, which the host adds
    double resolution = 0, modulus = 0, max_rate = 0;
};

struct emitted_record {
    std::shared_ptr<const declared_series> series; // never null: of an undeclared series it has number and no name
    time_point time{};
    bool is_text = false;
    double value = 0; // NaN when absent
    std::string text;
    releve::quality quality = releve::quality::good;
    std::uint64_t emit = 0; // number of the emit it came with, from 1

    const std::string& name() const { return series->name; }
    const std::string& unit() const { return series->unit; }
    releve::kind kind() const { return series->kind; }
    /// Empty when the series has no such label.
    std::string label(const std::string& key) const;
};
/// "2026-01-01T00:00:00Z temperature{device=cpu} 21.5 Cel good"
std::ostream& operator<<(std::ostream& out, const emitted_record& of);

struct log_line {
    releve::level level = releve::level::info;
    std::string event, text;
    time_point time{};
};
std::ostream& operator<<(std::ostream& out, const log_line& of);

/// The host's view of something that the node depends on changed (lost or back; a repeat is no change).
struct health_change {
    std::string subject; // "" is the node itself
    bool up = false;
    std::string why;
    time_point time{};
};
std::ostream& operator<<(std::ostream& out, const health_change& of);

enum class verdict : std::uint8_t { written = RELEVE_WRITTEN, rejected = RELEVE_REJECTED, keep = RELEVE_KEEP };
std::ostream& operator<<(std::ostream& out, verdict of);

/// A sink's word on a record.
struct answer {
    verdict is = verdict::written;
    std::string why; // of a rejected one
};

/// What write answered: one answer a record, in the order of the records.
struct writing : outcome {
    std::vector<answer> answers;
    std::size_t count(verdict of) const;
};

} // namespace releve::testing
