// SPDX-License-Identifier: Apache-2.0
// How a plugin can end the program. Exported by the program (CMakeLists.txt), so that plugins find these before the C
// library's: _exit runs no handler, and a destructor that exit runs may never come back.
#include "plugin/last_words.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>

namespace {

using ends = void (*)(int);

/// The C library's.
[[noreturn]] void end_as_usual(const char* name, int code) {
    if (const auto usual = reinterpret_cast<ends>(dlsym(RTLD_NEXT, name)); usual != nullptr) usual(code);
    releve::core::end_at_once(code);
}

} // namespace

extern "C" {
void exit(int code) noexcept {
    releve::core::refuse_exit("exit", code, __builtin_return_address(0));
    end_as_usual("exit", code);
}
void quick_exit(int code) noexcept {
    releve::core::refuse_exit("quick_exit", code, __builtin_return_address(0));
    end_as_usual("quick_exit", code);
}
void _exit(int code) {
    releve::core::refuse_exit("_exit", code, __builtin_return_address(0));
    releve::core::end_at_once(code);
}
void _Exit(int code) noexcept {
    releve::core::refuse_exit("_Exit", code, __builtin_return_address(0));
    releve::core::end_at_once(code);
}
}
