// SPDX-License-Identifier: Apache-2.0
// Ends the program when its own end does not come: nothing is waited for without a limit, a plugin's destructor as
// little as one of a library that runs at exit.
#pragma once
#include <atomic>
#include <chrono>

namespace releve::core {

class end_guard {
public:
    /// What the program gets beyond the grace to end by itself.
    static constexpr std::chrono::seconds beyond{5};

    /// Never destroyed: it guards the end of the program. `signal_fd`: of `signals`; a SIGINT or SIGTERM that nobody
    /// takes is noticed, too.
    static end_guard& start(int signal_fd);
    /// [any]
    void set_grace(std::chrono::nanoseconds to) { grace_ = to.count(); }
    /// [any] The program is to end within the grace and a little more. Only the first call counts.
    void arm();

private:
    explicit end_guard(int signal_fd);
    void run();
    void wait_until_armed();

    const int signal_fd_, armed_fd_;
    std::atomic<std::int64_t> grace_{10'000'000'000}; // ns; the default of [site] grace
    std::atomic<bool> armed_{false};
};

} // namespace releve::core
