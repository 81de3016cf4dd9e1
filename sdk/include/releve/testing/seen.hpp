// SPDX-License-Identifier: Apache-2.0
// What a node did, as the test host saw it.
#ifndef RELEVE_TESTING_SEEN_HPP
#define RELEVE_TESTING_SEEN_HPP
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

/// What a function of a node returned. In a REQUIRE it is true when the node succeeded; printed with its reason.
struct outcome {
    releve_status status = RELEVE_OK;
    std::string why; // the reason that the node gave
    explicit operator bool() const noexcept { return status == RELEVE_OK; }
    bool transient() const noexcept { return status == RELEVE_TRANSIENT; }
    bool permanent() const noexcept { return status == RELEVE_PERMANENT; }
};
std::ostream& operator<<(std::ostream& out, const outcome& of);

/// A connection's reply to a query (RELEVE_ASK). RELEVE_REFUSED: the query concerns nothing of this connection.
struct query_reply {
    releve_status status = RELEVE_REFUSED;
    std::string text; // the reply, or why there is none
    int times = 0;    // how often it was sent
};

/// A mistake in options. line and column count from 1 in the test's TOML; 0: it has no position.
struct problem {
    std::uint32_t line = 0, column = 0;
    std::string what; // one sentence
    std::string help; // what to do; may be empty
};
std::ostream& operator<<(std::ostream& out, const problem& of);

/// Thrown when a node can't be created with its options. what() has all problems, one per line.
struct bad_options : std::runtime_error {
    explicit bad_options(std::vector<problem> found);
    std::vector<problem> problems;
};

/// Thrown instead of hanging: a node did not return within setup::watchdog.
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
    std::shared_ptr<const declared_series> series; // never null; an undeclared series has a number and no name
    time_point time{};
    bool is_text = false;
    double value = 0; // NaN when absent
    std::string text;
    releve::quality quality = releve::quality::good;
    std::uint64_t emit = 0; // number of its emit, from 1

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

/// A change in the availability of something that the node depends on (lost or back; repeats are left out).
struct health_change {
    std::string subject; // "" is the node itself
    bool up = false;
    std::string why;
    time_point time{};
};
std::ostream& operator<<(std::ostream& out, const health_change& of);

enum class verdict : std::uint8_t {
    written = RELEVE_ANSWER_WRITTEN,
    rejected = RELEVE_ANSWER_REJECTED,
    keep = RELEVE_ANSWER_KEEP
};
std::ostream& operator<<(std::ostream& out, verdict of);

/// A sink's answer for a record.
struct answer {
    verdict is = verdict::written;
    std::string why; // rejected: the reason
};

/// The outcome of write, with one answer per record, in the order of the records.
struct writing : outcome {
    std::vector<answer> answers;
    std::size_t count(verdict of) const;
};

} // namespace releve::testing
#endif
