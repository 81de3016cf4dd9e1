// SPDX-License-Identifier: Apache-2.0
// Which function of which node the current thread is in.
#pragma once
#include <cstdint>
#include <string_view>

namespace releve::testing {

struct fake;

enum class phase : std::uint8_t {
    none,
    describe,
    create,
    probe,
    start,
    collect,
    run,
    process,
    tick,
    write,
    stop,
    destroy
};

std::string_view name_of(phase p);

/// During its lifetime this thread is inside a function of `of`.
class entry {
public:
    entry(fake& of, phase p) noexcept;
    entry(const entry&) = delete;
    entry& operator=(const entry&) = delete;
    ~entry();

    /// Where this thread is; nullptr and phase::none outside nodes.
    static fake* node() noexcept;
    static phase where() noexcept;

private:
    fake* before_;
    phase phase_before_;
};

} // namespace releve::testing
