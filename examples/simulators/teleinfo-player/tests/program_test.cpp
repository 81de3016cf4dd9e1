// SPDX-License-Identifier: Apache-2.0
// The program itself, with a reader that opens the line as a serial port.
#include "decoded.hpp"

#include <releve/testing/catch.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

class folder {
public:
    folder() {
        std::string name = (fs::temp_directory_path() / "player-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~folder() { fs::remove_all(path); }
    fs::path path;
};

class program {
public:
    // Returns when it has said its first line, or ended.
    explicit program(std::vector<std::string> words) {
        std::array<int, 2> out{};
        REQUIRE(pipe2(out.data(), O_CLOEXEC) == 0);
        words.insert(words.begin(), TELEINFO_PLAYER);
        std::vector<char*> pointers;
        for (auto& each : words) pointers.push_back(each.data());
        pointers.push_back(nullptr);
        pid_ = fork();
        if (pid_ == 0) {
            dup2(out[1], STDOUT_FILENO);
            dup2(out[1], STDERR_FILENO);
            execv(TELEINFO_PLAYER, pointers.data());
            _exit(127);
        }
        close(out[1]);
        out_ = out[0];
        char c = 0;
        while (read(out_, &c, 1) == 1 && c != '\n') line += c;
    }
    ~program() {
        if (pid_ > 0) kill(pid_, SIGKILL), wait();
        close(out_);
    }
    void signal(int which) const { kill(pid_, which); }
    int wait() {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string line;

private:
    pid_t pid_ = -1;
    int out_ = -1;
};

class port {
public:
    port(const fs::path& where, speed_t speed)
        : fd_{open(where.c_str(), O_RDONLY | O_NOCTTY | O_CLOEXEC)} {
        REQUIRE(fd_ >= 0);
        set(speed);
    }
    ~port() { close(fd_); }
    void set(speed_t speed) const {
        termios settings{};
        REQUIRE(tcgetattr(fd_, &settings) == 0);
        cfmakeraw(&settings);
        cfsetspeed(&settings, speed);
        REQUIRE(tcsetattr(fd_, TCSANOW, &settings) == 0);
    }
    // Up to `last`, or two minutes without a byte.
    std::string read_to(char last) const {
        std::string all;
        pollfd ready{fd_, POLLIN, 0};
        char c = 0;
        while (poll(&ready, 1, 120'000) > 0 && read(fd_, &c, 1) == 1) {
            all += c;
            if (c == last) break;
        }
        return all;
    }

private:
    int fd_;
};

} // namespace

TEST_CASE("once: a reader hears a whole frame, and the program ends when it leaves", "[program]") {
    for (const bool standard : {false, true}) {
        const folder here;
        const fs::path link = here.path / "linky";
        program player{{"--link", link.string(), "--once", "--mode", standard ? "standard" : "historique"}};
        CHECK(player.line == "listening on " + link.string());
        {
            const port reader{link, static_cast<speed_t>(standard ? B9600 : B1200)};
            const auto frames = decoded::frames_of(reader.read_to('\x03'), standard);
            REQUIRE(frames.size() == 1);
            CHECK(frames[0].bad == 0);
            CHECK(frames[0].good.size() == (standard ? 38 : 11));
        }
        CHECK(player.wait() == 0);
        CHECK_FALSE(fs::exists(fs::symlink_status(link)));
    }
}

TEST_CASE("a reader at the wrong speed hears garbage until it changes", "[program]") {
    const folder here;
    const fs::path link = here.path / "linky";
    program player{{"--link", link.string(), "--mode", "standard"}};
    const port reader{link, B1200};
    const std::string garbage = reader.read_to('\0');
    CHECK(garbage.ends_with('\0'));
    reader.set(B9600);
    static_cast<void>(reader.read_to('\x03'));
    const auto frames = decoded::frames_of(reader.read_to('\x03'), true);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].bad == 0);
    CHECK(frames[0].good.size() == 38);
}

TEST_CASE("readers come and go", "[program]") {
    const folder here;
    const fs::path link = here.path / "linky";
    program player{{"--link", link.string(), "--mode", "standard"}};
    for (int visit = 0; visit < 3; ++visit) {
        const port reader{link, B9600};
        static_cast<void>(reader.read_to('\x03'));
        CHECK(decoded::frames_of(reader.read_to('\x03'), true).size() == 1);
    }
    player.signal(SIGTERM);
    CHECK(player.wait() == 0);
    CHECK_FALSE(fs::exists(fs::symlink_status(link)));
}

TEST_CASE("a signal ends it in the middle of a frame, and the link is removed", "[program]") {
    for (const int which : {SIGINT, SIGTERM}) {
        const folder here;
        const fs::path link = here.path / "linky";
        program player{{"--link", link.string(), "--mode", "historique"}};
        const port reader{link, B1200};
        static_cast<void>(reader.read_to('\n'));
        player.signal(which);
        CHECK(player.wait() == 0);
        CHECK_FALSE(fs::exists(fs::symlink_status(link)));
    }
}

TEST_CASE("a link that a killed player left is taken over, a file is not", "[program]") {
    const folder here;
    const fs::path link = here.path / "linky";
    {
        program killed{{"--link", link.string()}};
        killed.signal(SIGKILL);
        killed.wait();
    }
    CHECK(fs::is_symlink(link));
    {
        program again{{"--link", link.string()}};
        CHECK(again.line == "listening on " + link.string());
        again.signal(SIGTERM);
        CHECK(again.wait() == 0);
    }
    std::ofstream{link} << "precious";
    program refused{{"--link", link.string()}};
    CHECK(refused.line.find("exists and is not a player's link") != std::string::npos);
    CHECK(refused.wait() == 2);
    CHECK(fs::file_size(link) == 8);
}

TEST_CASE("wrong words are named", "[program]") {
    const std::vector<std::vector<std::string>> wrong{{},
                                                      {"--mode", "standard"},
                                                      {"--link"},
                                                      {"--link", "x", "--mode", "tempo"},
                                                      {"--link", "x", "--fault", "fire"},
                                                      {"--link", "x", "--seed", "-1"},
                                                      {"--link", "x", "--switch-every", "1s"},
                                                      {"--colour", "x"}};
    for (const auto& words : wrong) {
        program refused{words};
        CHECK(refused.line.rfind("teleinfo-player: --", 0) == 0);
        CHECK(refused.wait() == 2);
    }
}
