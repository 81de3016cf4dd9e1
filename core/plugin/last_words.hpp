// SPDX-License-Identifier: Apache-2.0
// What the log says last when a plugin ends the program: by a crash, by exit, or by not coming back at the end.
#pragma once
#include "plugin_call.hpp"

#include <cstdint>
#include <string_view>

namespace releve::core {

/// From now on a fatal signal, exit, quick_exit and _exit in a function of a plugin are a last line on standard error,
/// and the exit code is not 0. Core dumps stay. To be called once, on the main thread, before plugins are loaded.
void install_last_words();
/// A plugin was loaded: what it does in exit must come after what the program says.
void last_words_come_first();
/// exit is the program's own from now on.
void ends_by_itself() noexcept;
/// What is added to UTC in the time of the line, in seconds.
void set_last_words_offset(std::int64_t seconds) noexcept;

/// [any, also in a signal handler] "cpu: component 'good' of /usr/lib/x.so in collect: WHAT", past the log.
void say_last(const plugin_call& of, std::string_view what) noexcept;
/// The same of no plugin.
void say_last(std::string_view what) noexcept;
/// `function` was called from the code at `caller`: when a plugin did it, that is said, and the program ends at once,
/// not with 0. Else it returns.
void refuse_exit(std::string_view function, int code, const void* caller) noexcept;
/// [any] Ends the program at once: no destructor, no handler.
[[noreturn]] void end_at_once(int code) noexcept;

} // namespace releve::core
