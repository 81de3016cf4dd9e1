// SPDX-License-Identifier: Apache-2.0
#include "started_demo.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

started_demo::started_demo(output where, const std::string& script)
    : where_{where} {
    // What the demo leaves behind becomes a child of this process, and can be waited for.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::string name = (std::filesystem::temp_directory_path() / "demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    std::array<int, 2> out{-1, -1};
    if (where == output::terminal) {
        pid_ = forkpty(&fd_, nullptr, nullptr, nullptr);
    } else {
        if (pipe2(out.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        pid_ = fork();
        fd_ = out[0];
    }
    if (pid_ == 0) {
        if (where == output::pipe) {
            setpgid(0, 0);
            dup2(out[1], STDOUT_FILENO);
            dup2(out[1], STDERR_FILENO);
        } else {
            setenv("TERM", "xterm", 1);
            unsetenv("NO_COLOR");
        }
        execl((RELEVE_SOURCE "/examples/demo/" + script).c_str(), script.c_str(), RELEVE_BUILD, folder_.c_str(),
              static_cast<char*>(nullptr));
        _exit(127);
    }
    if (out[1] >= 0) close(out[1]);
    if (pid_ < 0) throw std::runtime_error("no process");
}

started_demo::~started_demo() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close(fd_);
    all_ended(std::chrono::seconds{60});
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
}

bool started_demo::read() {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, 200) <= 0) return true;
    std::array<char, 4096> part{};
    const ssize_t size = ::read(fd_, part.data(), part.size()); // the terminal is gone: EIO
    if (size <= 0) return false;
    shown_.append(part.data(), static_cast<std::size_t>(size));
    return true;
}

void started_demo::press_ctrl_c() {
    if (where_ == output::pipe) {
        kill(-pid_, SIGINT);
    } else if (write(fd_, "\x03", 1) != 1) {
        throw std::runtime_error("the terminal takes no key");
    }
}

int started_demo::end() {
    int status = 0;
    while (read()) {
        if (waitpid(pid_, &status, WNOHANG) == pid_) {
            pid_ = -1;
            break;
        }
    }
    if (pid_ > 0) waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool started_demo::all_ended(std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < until) {
        const pid_t ended = waitpid(-1, nullptr, WNOHANG);
        if (ended < 0) return true; // ECHILD
        if (ended == 0) poll(nullptr, 0, 5);
    }
    return false;
}
