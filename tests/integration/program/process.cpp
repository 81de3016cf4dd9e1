// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace testbed {

namespace {
constexpr std::chrono::seconds limit{120};

std::array<int, 2> make_pipe() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    return ends;
}
} // namespace

folder::folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "releve-test-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
    path_ = pattern;
}

folder::~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string folder::write(const std::string& name, const std::string& text) const {
    std::ofstream{path_ / name} << text;
    return file(name);
}

std::string read_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    return text.str();
}

releve_process::releve_process(const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& environment) {
    const auto out = make_pipe(), err = make_pipe();
    std::vector<std::string> words{RELEVE_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    argv.reserve(words.size() + 1);
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        for (const int fd : {out[0], out[1], err[0], err[1]}) close(fd);
        setenv("RELEVE_PLUGINS", RELEVE_TEST_PLUGINS, 1);
        for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
        execv(RELEVE_PROGRAM, argv.data());
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    out_ = out[0];
    err_ = err[0];
}

releve_process::~releve_process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    for (const int fd : {out_, err_})
        if (fd >= 0) close(fd);
}

void releve_process::signal(int which) const { kill(pid_, which); }

bool releve_process::read_some(int timeout_ms) {
    std::array<pollfd, 2> fds{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
    poll(fds.data(), fds.size(), timeout_ms);
    for (auto& one : fds) {
        if (one.revents == 0) continue;
        std::array<char, 4096> bytes{};
        const auto count = read(one.fd, bytes.data(), bytes.size());
        const bool is_out = one.fd == out_;
        if (count > 0) {
            (is_out ? so_far_.out : so_far_.err).append(bytes.data(), static_cast<std::size_t>(count));
        } else {
            close(one.fd);
            (is_out ? out_ : err_) = -1;
        }
    }
    return out_ >= 0 || err_ >= 0;
}

namespace {
std::size_t count_in(const std::string& all, const std::string& text) {
    std::size_t count = 0;
    for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + text.size())) ++count;
    return count;
}
} // namespace

std::size_t releve_process::count_errors(const std::string& text) {
    for (std::size_t before = std::string::npos; before != so_far_.err.size();) {
        before = so_far_.err.size();
        if (!read_some(0)) break;
    }
    return count_in(so_far_.err, text);
}

void releve_process::wait_for(const std::string& text, const std::string& in, std::size_t times) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (count_in(in, text) < times) {
        if (!read_some(1000)) throw std::runtime_error("it ended without saying '" + text + "': " + so_far_.err);
        if (std::chrono::steady_clock::now() > end)
            throw std::runtime_error("it does not say '" + text + "': " + so_far_.err);
    }
}

void releve_process::wait_for_error(const std::string& text, std::size_t times) { wait_for(text, so_far_.err, times); }

std::string releve_process::wait_for_output(const std::string& text) {
    wait_for(text, so_far_.out, 1);
    return so_far_.out;
}

result releve_process::wait() {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (read_some(1000))
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it does not end: " + so_far_.err);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    so_far_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return so_far_;
}

result run(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment) {
    return releve_process{arguments, environment}.wait();
}

} // namespace testbed
