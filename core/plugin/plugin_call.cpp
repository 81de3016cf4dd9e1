// SPDX-License-Identifier: Apache-2.0
#include "plugin_call.hpp"

#include <sys/mman.h>

#include <csignal>

namespace releve::core {

namespace {

/// Of the handler's stack, in bytes; only what is used is backed by memory.
constexpr std::size_t stack_size = 128u << 10;

} // namespace

plugin_thread::plugin_thread() noexcept {
    const auto* mine = &plugin_call::here_;
    for (std::size_t i = 0; i < max_threads && seat_ == max_threads; ++i) {
        const place* free = nullptr;
        if (calls_[i].compare_exchange_strong(free, mine)) seat_ = i;
    }
    stack_t now{};
    if (sigaltstack(nullptr, &now) == 0 && (now.ss_flags & SS_DISABLE) == 0) return; // a sanitizer's
    auto* memory = mmap(nullptr, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return; // then an overflow of this stack has no line
    stack_t its{};
    its.ss_sp = memory;
    its.ss_size = stack_size;
    if (sigaltstack(&its, nullptr) == 0)
        stack_ = memory;
    else
        munmap(memory, stack_size);
}

plugin_thread::~plugin_thread() {
    if (stack_ != nullptr) {
        stack_t none{};
        none.ss_flags = SS_DISABLE;
        sigaltstack(&none, nullptr);
        munmap(stack_, stack_size);
    }
    if (seat_ != max_threads) calls_[seat_].store(nullptr);
}

} // namespace releve::core
