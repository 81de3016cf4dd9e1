// SPDX-License-Identifier: Apache-2.0
// Components for the pipeline's own tests, and what they saw.
#pragma once
#include "config/pipeline_file.hpp"
#include "pipeline/runtime.hpp"

#include <releve/testing/catch.hpp>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace testbed {

/// A new empty folder, gone at the end.
struct folder {
    std::filesystem::path path;
    folder();
    ~folder();
};

struct seen {
    std::int64_t time = 0;
    std::string series;
    double number = 0;
    std::string text;
    std::uint8_t quality = 0;
};

/// What a `store` sink of that name was given and has not refused, in order. [any]
std::vector<seen> stored(const std::string& node);
void store(const std::string& node, std::vector<seen> records);
/// What of the pipeline a component said happened, in order: "start db", "stop linky". [any]
std::vector<std::string> happened();
void happens(const std::string& what);
void forget_all();
/// `hang` sources return only once this is true.
extern std::atomic<bool> released;

void add_components(releve::core::catalogue& to);

/// How long a call into a component may take before it is reported, in the pipelines made from now on (ns).
extern std::int64_t next_call_timeout;

/// Real time (ns) that nodes have to end, unless a test is about those that do not: a busy machine fails none.
constexpr std::int64_t patient_grace = 120'000'000'000;

/// A pipeline of a TOML text at work on a clock, with the components of this test.
template <class Clock>
struct bed {
    Clock clock;
    std::mutex mutex;
    std::vector<releve::core::log_line> lines;
    releve::core::log log;
    releve::core::catalogue plugins{{}};
    releve::core::checked_file file;
    std::unique_ptr<releve::core::store> store;
    std::unique_ptr<releve::core::runtime> pipeline;

    template <class... Args>
    explicit bed(const std::string& toml, Args&&... clock_args)
        : bed{static_cast<const folder*>(nullptr), toml, std::forward<Args>(clock_args)...} {}

    /// With a state directory.
    template <class... Args>
    bed(const folder* state, const std::string& toml, Args&&... clock_args)
        : clock{std::forward<Args>(clock_args)...}
        , log{[this] { return clock.steady(); },
              [this](const releve::core::log_line& line) {
                  const std::lock_guard lock{mutex};
                  lines.push_back(line);
              }} {
        forget_all();
        add_components(plugins);
        file = releve::core::read_pipeline_text("[site]\nname = \"test\"\ntimezone = \"UTC\"\n" + toml, "test.toml",
                                                plugins);
        std::string wrong;
        for (const auto& one : file.diagnostics) wrong += one.problem.what + "; ";
        if (!wrong.empty()) throw std::runtime_error(wrong);
        if (toml.find("grace = ") == std::string::npos) file.pipeline.site.grace = patient_grace;
        if (state != nullptr) store = std::make_unique<releve::core::store>(state->path);
        pipeline = std::make_unique<releve::core::runtime>(
            file.pipeline, releve::core::runtime::settings{
                               .clock = &clock, .log = &log, .store = store.get(), .call_timeout = next_call_timeout});
        for (const auto& one : pipeline->construct()) wrong += one.path + ": " + one.why + "; ";
        if (!wrong.empty()) throw std::runtime_error(wrong);
    }
    ~bed() {
        pipeline.reset();
        CHECK(of_event("life_cycle").empty()); // no node was led from one state to another that can't follow
    }
    bed(const bed&) = delete;
    bed& operator=(const bed&) = delete;
    /// Another file, as a reload gives it.
    std::shared_ptr<releve::core::pipeline_file> read(const std::string& toml) {
        auto made = std::make_shared<releve::core::checked_file>(releve::core::read_pipeline_text(
            "[site]\nname = \"test\"\ntimezone = \"UTC\"\n" + toml, "test.toml", plugins));
        if (!made->diagnostics.empty()) throw std::runtime_error(made->diagnostics.front().problem.what);
        made->pipeline.site.grace = file.pipeline.site.grace;
        return {made, &made->pipeline};
    }
    releve::core::reloaded reload(const std::string& toml) { return pipeline->reload(read(toml)); }
    const releve::core::node& node(const std::string& name) const {
        for (const auto& one : pipeline->nodes())
            if (one->name() == name) return *one;
        throw std::runtime_error("no node " + name);
    }
    /// Log lines of an event.
    std::vector<std::string> of_event(const std::string& event) {
        const std::lock_guard lock{mutex};
        std::vector<std::string> all;
        for (const auto& line : lines)
            if (line.event == event) all.push_back(line.node + ": " + line.text);
        return all;
    }
};

} // namespace testbed
