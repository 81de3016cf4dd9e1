// SPDX-License-Identifier: Apache-2.0
#include "process.hpp"

#include "checks.hpp"

#include <releve/record_text.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <functional>
#include <iostream>
#include <sstream>
#include <system_error>

using namespace std::chrono_literals;

namespace releve::conformance {

namespace {

constexpr auto max_check = 240s; // of real time

struct child_end {
    std::string text;    // what it wrote
    std::string trouble; // why it ended, unless it succeeded
};

/// A temporary empty folder: files that a plugin creates by relative paths stay in it.
class empty_folder {
public:
    empty_folder() {
        auto name = (std::filesystem::temp_directory_path() / "releve-conformance-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
        path_ = name;
    }
    empty_folder(const empty_folder&) = delete;
    empty_folder& operator=(const empty_folder&) = delete;
    ~empty_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Runs `f` in a child without network, in an empty folder, and returns its result.
child_end in_child(const std::function<std::string()>& f) {
    int pipe_fd[2];
    if (::pipe2(pipe_fd, O_CLOEXEC) != 0) return {"", std::string{"no pipe: "} + std::strerror(errno)};
    std::cout.flush();
    const empty_folder folder;
    const auto child = ::fork();
    if (child < 0) return {"", std::string{"no process: "} + std::strerror(errno)};
    if (child == 0) {
        leave_network();
        std::filesystem::current_path(folder.path());
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC); // what a plugin prints is not a result
        ::dup2(nowhere, STDOUT_FILENO);
        std::string text;
        int code = 0;
        try {
            text = f();
        } catch (const std::exception& e) {
            text = e.what();
            code = 1;
        }
        for (std::size_t at = 0; at < text.size();) {
            const auto n = ::write(pipe_fd[1], text.data() + at, text.size() - at);
            if (n <= 0) break;
            at += static_cast<std::size_t>(n);
        }
        ::_exit(code);
    }
    ::close(pipe_fd[1]);
    child_end end;
    const auto limit = std::chrono::steady_clock::now() + max_check;
    bool late = false;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - std::chrono::steady_clock::now());
        pollfd one{pipe_fd[0], POLLIN, 0};
        if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0) {
            late = true;
            ::kill(child, SIGKILL);
            break;
        }
        std::array<char, 4096> bytes{};
        const auto n = ::read(pipe_fd[0], bytes.data(), bytes.size());
        if (n <= 0) break;
        end.text.append(bytes.data(), static_cast<std::size_t>(n));
    }
    ::close(pipe_fd[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (late)
        end.trouble = "it did not end within " + std::to_string(max_check.count()) + " s";
    else if (WIFSIGNALED(status))
        end.trouble = std::string{"it crashed: "} + ::strsignal(WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        end.trouble = end.text.empty() ? "it ended with " + std::to_string(WEXITSTATUS(status)) : end.text;
    return end;
}

result run(const order& given, const std::string& component, const check& what) {
    const auto end = in_child([&] {
        const auto made = what.run(subject{given.plugin, given.sample, component});
        return std::string{static_cast<char>('0' + static_cast<int>(made.is))} + made.sentence;
    });
    if (!end.trouble.empty()) return failed(std::string{what.promise} + "? " + end.trouble);
    if (end.text.empty()) return failed(std::string{what.promise} + "? the check ended without a result");
    return {static_cast<result::verdict>(end.text[0] - '0'), end.text.substr(1)};
}

std::string json_string(const std::string& text) {
    std::string made;
    append_json(made, text);
    return made;
}

void say(const order& given, const std::string& component, const check& what, const result& made) {
    constexpr std::array<const char*, 3> words{"ok", "FAILED", "skipped"};
    const char* word = words[static_cast<std::size_t>(made.is)];
    if (given.json)
        std::cout << "{\"component\": " << json_string(component) << ", \"check\": \"" << what.name
                  << "\", \"verdict\": \"" << word << "\", \"sentence\": " << json_string(made.sentence) << "}\n";
    else
        std::cout << word << std::string(9 - std::strlen(word), ' ') << component << ' ' << what.name << ": "
                  << made.sentence << '\n';
    std::cout.flush();
}

constexpr std::array checks{
    check{"described", "its options are described", described},
    check{"sample", "the sample is good", sample},
    check{"bad_values", "bad values are refused", bad_values},
    check{"hostile_values", "hostile values do no harm", hostile_values},
    check{"no_leak", "created and destroyed 1,000 times", no_leak},
    check{"no_leak_started", "started and stopped 50 times", no_leak_started},
    check{"stops", "ends within 100 ms", stops},
    check{"contract", "keeps the contract when it works", contract},
    check{"reasons", "each failure says why", reasons},
    check{"takes_and_makes", "takes and makes", takes_and_makes},
    check{"shared_connection", "two nodes share a connection", shared_connection},
    check{"answers", "answers queries, or says why not", answers},
    check{"no_network", "survives having no network", no_network},
};

} // namespace

std::span<const check> all_checks() { return checks; }

int check_all(const order& request) {
    auto given = request;
    given.plugin = std::filesystem::absolute(given.plugin);
    if (given.sample) given.sample = std::filesystem::absolute(*given.sample);
    const auto loaded = in_child([&] {
        const testing::plugin plugin{given.plugin};
        std::string names;
        for (const auto& one : plugin.components()) names += one + '\n';
        return names;
    });
    if (!loaded.trouble.empty() || loaded.text.empty()) {
        std::cerr << "releve-conformance: " << given.plugin.string() << ": "
                  << (loaded.trouble.empty() ? "it has no component" : loaded.trouble) << '\n';
        return 2;
    }
    int failures = 0, oks = 0, skips = 0;
    std::istringstream names{loaded.text};
    for (std::string component; std::getline(names, component);) {
        if (!given.component.empty() && component != given.component) continue;
        for (const auto& one : all_checks()) {
            if (!given.check.empty() && given.check != one.name) continue;
            const auto made = run(given, component, one);
            say(given, component, one, made);
            ++(made.is == result::verdict::ok ? oks : made.is == result::verdict::failed ? failures : skips);
        }
    }
    if (oks + failures + skips == 0) {
        std::cerr << "releve-conformance: there is no such component, or no such check\n";
        return 2;
    }
    if (!given.json) std::cout << oks << " ok, " << failures << " FAILED, " << skips << " skipped\n";
    return failures == 0 ? 0 : 1;
}

} // namespace releve::conformance
