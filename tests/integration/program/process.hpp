// SPDX-License-Identifier: Apache-2.0
// The releve program, started by a test.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace testbed {

struct result {
    int code = -1; // exit code; 128 + the signal that killed it
    std::string out, err;
};

/// A folder that goes with the test.
class folder {
public:
    folder();
    ~folder();
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }
    /// Writes a file and gives its path.
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path path_;
};

std::string read_file(const std::string& path);

/// releve with these arguments; killed, and the test failed, when it takes longer than two minutes.
class releve_process {
public:
    explicit releve_process(const std::vector<std::string>& arguments,
                            const std::map<std::string, std::string>& environment = {});
    ~releve_process();
    releve_process(const releve_process&) = delete;
    releve_process& operator=(const releve_process&) = delete;
    pid_t pid() const { return pid_; }
    void signal(int which) const;
    /// Waits until stderr holds `text` that many times.
    void wait_for_error(const std::string& text, std::size_t times = 1);
    /// How often stderr holds it by now.
    std::size_t count_errors(const std::string& text);
    /// Waits until stdout holds `text`; what stdout held then.
    std::string wait_for_output(const std::string& text);
    const std::string& errors() const { return so_far_.err; }
    /// Waits for its end.
    result wait();

private:
    bool read_some(int timeout_ms);
    void wait_for(const std::string& text, const std::string& in, std::size_t times); // `in`: of so_far_
    pid_t pid_ = -1;
    int out_ = -1, err_ = -1;
    result so_far_;
};

result run(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {});

} // namespace testbed
