// SPDX-License-Identifier: Apache-2.0
// What nodes share in the pipeline's own tests.
#pragma once
#include "../components.hpp"

#include <releve/askable.hpp>
#include <releve/connection.hpp>

#include <poll.h>

#include <optional>
#include <string>

namespace testbed {

/// What nodes share. Can be asked for what it is told to `say`, and for an answer that takes its time.
class line final : public releve::connection, public releve::askable {
    std::string name_;

public:
    static constexpr auto summary = "Says when it is opened and closed";
    static void describe(releve::option_list& o) { o.integer("speed", "How fast").fallback(1200); }
    explicit line(releve::context& host)
        : name_{host.node()} {}
    void start() override { happens("open " + name_); }
    void stop() override { happens("close " + name_); }
    std::optional<std::string> reply(const releve::question& asked) override {
        if (asked.word("line").value_or(name_) != name_) return std::nullopt;
        if (const auto text = asked.word("say")) return name_ + " says " + std::string{*text};
        if (asked.word("fail")) throw releve::transient_error("nobody is at " + name_);
        if (!asked.word("hang")) throw releve::bad_option("say", "what is it to say?");
        happens("hang " + name_);
        pollfd until{asked.stop_fd(), POLLIN, 0};
        ::poll(&until, 1, 600'000);
        throw releve::stopped{};
    }
};

} // namespace testbed
