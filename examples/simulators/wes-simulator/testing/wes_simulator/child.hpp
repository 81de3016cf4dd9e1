// SPDX-License-Identifier: Apache-2.0
// For tests: a program on a port, whose standard output is read line by line. POSIX and the standard library.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wes_simulator {

class child {
public:
    // The program and its options. Throws std::runtime_error.
    explicit child(std::vector<std::string> words)
        : name_{words.at(0)} {
        std::vector<char*> pointers;
        for (std::string& each : words) pointers.push_back(each.data());
        pointers.push_back(nullptr);
        std::array<int, 2> in{}, out{};
        if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0)
            throw std::runtime_error("no pipe for " + name_);
        pid_ = fork();
        if (pid_ == 0) {
            dup2(in[0], STDIN_FILENO);
            dup2(out[1], STDOUT_FILENO);
            execv(pointers[0], pointers.data());
            _exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        in_ = in[1];
        out_ = out[0];
    }
    ~child() { end(); }
    child(const child&) = delete;
    child& operator=(const child&) = delete;

    // The next line that it prints; throws when it ends, or is silent for two minutes.
    std::string line() {
        std::string text;
        pollfd ready{out_, POLLIN, 0};
        for (char c = 0;; text += c) {
            if (poll(&ready, 1, 120'000) <= 0 || read(out_, &c, 1) != 1)
                throw std::runtime_error(name_ + " says no more; last was '" + text + "'");
            if (c == '\n') return text;
        }
    }
    // The port of "listening on ADDRESS:PORT".
    std::uint16_t port() {
        const std::string text = line();
        const std::size_t colon = text.rfind(':');
        if (!text.starts_with("listening on ") || colon == std::string::npos)
            throw std::runtime_error(name_ + " did not start; it said '" + text + "'");
        return static_cast<std::uint16_t>(std::stoul(text.substr(colon + 1)));
    }
    // A line for it to read, and the line that it answers.
    std::string ask(std::string_view text) {
        const std::string bytes = std::string{text} + "\n";
        if (::write(in_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error(name_ + " reads no more");
        return line();
    }

    // SIGTERM, and its exit code (-1: ended by a signal).
    int end() {
        if (pid_ <= 0) return 0;
        kill(pid_, SIGTERM);
        int status = 0;
        waitpid(std::exchange(pid_, -1), &status, 0);
        ::close(in_);
        ::close(out_);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    std::string name_;
    pid_t pid_ = -1;
    int in_ = -1, out_ = -1;
};

} // namespace wes_simulator
