// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>

/// A script of examples/demo, in a folder of its own, on free ports.
class started_demo {
public:
    enum class output { pipe, terminal };

    explicit started_demo(output where, const std::string& script = "one-site");
    ~started_demo();
    started_demo(const started_demo&) = delete;
    started_demo& operator=(const started_demo&) = delete;

    /// Reads what it shows for a moment, or until it shows something. False: it closed its output.
    bool read();
    const std::string& shown() const { return shown_; }
    std::filesystem::path file(const char* name) const { return folder_ / name; }

    /// A pipe: SIGINT to all that it started in its process group, as a terminal does; a terminal: the key itself.
    void press_ctrl_c();
    /// Reads on until it has ended. Its exit code; -1: ended by a signal.
    int end();
    /// Waits until none of the processes that it started is left. False: one is after the time.
    static bool all_ended(std::chrono::seconds limit);

private:
    std::filesystem::path folder_;
    output where_;
    pid_t pid_ = -1;
    int fd_ = -1;
    std::string shown_;
};
