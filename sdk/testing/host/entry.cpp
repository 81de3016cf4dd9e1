// SPDX-License-Identifier: Apache-2.0
#include "entry.hpp"

namespace releve::testing {

namespace {
thread_local fake* current = nullptr;
thread_local phase current_phase = phase::none;
} // namespace

std::string_view name_of(phase p) {
    switch (p) {
    case phase::none:
        return "no function of the node";
    case phase::describe:
        return "describe";
    case phase::create:
        return "create";
    case phase::probe:
        return "probe";
    case phase::start:
        return "start";
    case phase::collect:
        return "collect";
    case phase::run:
        return "run";
    case phase::process:
        return "process";
    case phase::tick:
        return "tick";
    case phase::write:
        return "write";
    case phase::stop:
        return "stop";
    case phase::destroy:
        return "destroy";
    }
    return "?";
}

entry::entry(fake& of, phase p) noexcept
    : before_{current}
    , phase_before_{current_phase} {
    current = &of;
    current_phase = p;
}
entry::~entry() {
    current = before_;
    current_phase = phase_before_;
}
fake* entry::node() noexcept { return current; }
phase entry::where() noexcept { return current_phase; }

} // namespace releve::testing
