// SPDX-License-Identifier: Apache-2.0
// Components that end the program, or keep it from ending.
#pragma once
#include <releve/sink.hpp>
#include <releve/source.hpp>
#include <releve/transform.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace bad {

[[noreturn]] inline void wait_for_ever() {
    static_cast<void>(::dprintf(STDERR_FILENO, "a plugin waits for ever\n"));
    for (;;) ::pause();
}

inline int deeper(volatile int* outer) {
    volatile int inner[1024] = {*outer + 1};
    return inner[0] < 0 ? 0 : deeper(inner) + inner[7];
}

inline void throw_if(bool so) {
    if (so) throw std::runtime_error("out of a function of the contract");
}
inline void throw_past_contract(bool so) noexcept { throw_if(so); }

inline void end_program(const std::string& how) {
    volatile int here = 0;
    if (how == "segfault") *static_cast<volatile int*>(nullptr) = 1; // NOLINT
    if (how == "abort") std::abort();
    if (how == "overflow") static_cast<void>(deeper(&here));
    if (how == "throw") throw_past_contract(here == 0);
    if (how == "exit") std::exit(0);
    if (how == "quick_exit") std::quick_exit(0);
    if (how == "_exit") ::_exit(0);
    if (how == "thread") std::thread{[] { *static_cast<volatile int*>(nullptr) = 1; }}.join(); // NOLINT
    if (how == "hang") wait_for_ever();
    if (how == "descriptors") // does not end it, but nothing can be opened any more
        while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) {
        }
}

/// Ends the program, or hangs, in the function that it is told.
class ends_program : public releve::source {
    std::string where_, how_;

    void at(const char* function) const {
        if (where_ == function) end_program(how_);
    }

public:
    static constexpr auto summary = "Ends the program";
    static void describe(releve::option_list& o) {
        o.interval(std::chrono::seconds{1}).at_least(std::chrono::seconds{1});
        o.choice("where", {"create", "start", "collect", "stop", "destroy"}, "In which function").fallback("collect");
        o.choice(
             "how",
             {"segfault", "abort", "overflow", "throw", "exit", "quick_exit", "_exit", "thread", "hang", "descriptors"},
             "How it ends the program, or keeps it from ending")
            .fallback("exit");
    }
    explicit ends_program(releve::context& host)
        : where_{host.options().choice("where")}
        , how_{host.options().choice("how")} {
        at("create");
    }
    ~ends_program() override { at("destroy"); }
    void start() override { at("start"); }
    void collect(releve::output&) override { at("collect"); }
    void stop() override { at("stop"); }
};

/// Does not come back from the function that it is told.
class holds_router : public releve::transform {
    std::string where_;

    void at(const char* function) const {
        if (where_ == function) wait_for_ever();
    }

public:
    static constexpr auto summary = "A transform that never comes back";
    static void describe(releve::option_list& o) {
        o.choice("where", {"start", "process", "stop"}, "In which function").fallback("process");
    }
    explicit holds_router(releve::context& host)
        : where_{host.options().choice("where")} {}
    void start() override { at("start"); }
    void process(const releve::batch&, releve::output&) override { at("process"); }
    void stop() override { at("stop"); }
};

/// What runs when the program exits never comes back.
class hangs_at_exit : public releve::source {
    struct last {
        ~last() { wait_for_ever(); }
    };

public:
    static constexpr auto summary = "Hangs when the program exits";
    explicit hangs_at_exit(releve::context&) { static const last one; }
    void collect(releve::output&) override {}
};

} // namespace bad
