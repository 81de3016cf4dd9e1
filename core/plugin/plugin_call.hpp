// SPDX-License-Identifier: Apache-2.0
// Which thread is in which function of which plugin: for the last line of the log when the program does not survive it.
#pragma once
#include <atomic>
#include <cstddef>
#include <string_view>

namespace releve::core {

/// Whose code it is. The texts must live as long as the call; `node` is empty before there is one.
struct plugin_part {
    std::string_view node, component, file;
};

/// This thread is in a function of a plugin, as long as the object lives. Calls nest.
class plugin_call {
public:
    /// `function`: a word of the contract, or what the host does; a literal.
    plugin_call(const plugin_part& whose, const char* function) noexcept
        : whose_{whose}
        , function_{function}
        , outer_{here_.load(std::memory_order_relaxed)} {
        here_.store(this, std::memory_order_release);
    }
    ~plugin_call() { here_.store(outer_, std::memory_order_release); }
    plugin_call(const plugin_call&) = delete;
    plugin_call& operator=(const plugin_call&) = delete;

    const plugin_part& whose() const noexcept { return whose_; }
    std::string_view function() const noexcept { return function_; }

    /// [any, also in a signal handler] The innermost call of this thread; nullptr: it is in none.
    static const plugin_call* here() noexcept { return here_.load(std::memory_order_acquire); }

private:
    friend class plugin_thread;
    const plugin_part whose_;
    const char* const function_;
    const plugin_call* const outer_;
    inline static constinit thread_local std::atomic<const plugin_call*> here_{nullptr};
};

/// To be made first on each thread that enters plugins, and to live until its end: a stack on which a signal handler
/// still runs when the thread's own has overflowed; and others see what the thread is in.
class plugin_thread {
public:
    plugin_thread() noexcept;
    ~plugin_thread();
    plugin_thread(const plugin_thread&) = delete;
    plugin_thread& operator=(const plugin_thread&) = delete;

    /// [any] Calls `see` with each call that a thread is in. For a program that ends because they do not come back: a
    /// call that ends meanwhile must not be looked at any more.
    template <class F>
    static void for_each_call(F&& see) {
        for (std::size_t i = 0; i < max_threads; ++i)
            if (const auto* at = calls_[i].load(std::memory_order_acquire); at != nullptr)
                if (const auto* one = at->load(std::memory_order_acquire); one != nullptr) see(*one);
    }

private:
    using place = std::atomic<const plugin_call*>;
    /// Of more threads, the others are not seen by for_each_call().
    static constexpr std::size_t max_threads = 1024;
    inline static constinit std::atomic<const place*> calls_[max_threads]{};

    void* stack_ = nullptr;
    std::size_t seat_ = max_threads;
};

} // namespace releve::core
