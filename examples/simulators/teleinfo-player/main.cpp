// SPDX-License-Identifier: Apache-2.0
#include "player.hpp"
#include "terminal.hpp"

#include <releve/kit/text/number.hpp>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <chrono>
#include <concepts>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace teleinfo_player;

constexpr const char* help = "teleinfo-player: the téléinfo line of a Linky on a pseudo-terminal, at line speed\n\n"
                             "  --link PATH          where the line can be opened (needed)\n"
                             "  --mode MODE          historique, standard, or both in turn (both)\n"
                             "  --switch-every S     with both: seconds of each (60)\n"
                             "  --seed N             of the dwelling (1)\n"
                             "  --fault NAME         none, parity, noise, silence, cut (none)\n"
                             "  --once               a frame of each mode to the first reader; ends when it leaves\n"
                             "  --help               this text\n";

struct arguments {
    std::string link;
    playing settings;
    bool once = false;
    bool help = false;
};

template <class Number>
Number number(std::string_view option, std::string_view text, Number min, Number max) {
    const auto value = [&] {
        if constexpr (std::integral<Number>)
            return releve::kit::integer_in<Number>(text);
        else
            return releve::kit::number_in(text);
    }();
    if (!value || *value < min || *value > max) {
        throw std::runtime_error(std::string{option} + " " + std::string{text} + ": must be a number from " +
                                 std::to_string(min) + " to " + std::to_string(max));
    }
    return *value;
}

arguments read(int count, char** words) {
    arguments given;
    for (int i = 1; i < count; ++i) {
        const std::string_view option = words[i];
        if (option == "--once") {
            given.once = true;
            continue;
        }
        if (option == "--help") {
            given.help = true;
            return given;
        }
        if (i + 1 == count) throw std::runtime_error(std::string{option} + ": no such option, or its value is missing");
        const std::string_view value = words[++i];
        if (option == "--link") {
            given.link = value;
        } else if (option == "--mode" && value == "historique") {
            given.settings.only = mode::historique;
        } else if (option == "--mode" && value == "standard") {
            given.settings.only = mode::standard;
        } else if (option == "--mode" && value == "both") {
            given.settings.only.reset();
        } else if (option == "--switch-every") {
            given.settings.switch_every_s = number<double>(option, value, 0, 86400);
        } else if (option == "--seed") {
            given.settings.seed = number<std::uint64_t>(option, value, 0, UINT64_MAX);
        } else if (option == "--fault" && fault_named(value)) {
            given.settings.damaged_by = *fault_named(value);
        } else {
            throw std::runtime_error(std::string{option} + " " + std::string{value} + ": unknown; see --help");
        }
    }
    if (given.link.empty()) throw std::runtime_error("--link PATH is missing: where the line can be opened");
    return given;
}

int end_signals() {
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGHUP);
    sigprocmask(SIG_BLOCK, &ending, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &ending, SFD_CLOEXEC);
}

std::int64_t utc_s() {
    using namespace std::chrono;
    return floor<seconds>(system_clock::now()).time_since_epoch().count();
}

double steady_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Frames are sent at their time whether a port listens or not; a signal ends it between two bytes.
void play(terminal& line, const playing& settings, int ending) {
    player meter{settings, utc_s(), steady_s()};
    pollfd signal{ending, POLLIN, 0};
    while (poll(&signal, 1, 10) == 0) {
        const bool listened_to = line.has_reader();
        const std::string heard = meter.hear(listened_to ? line.reader_baud() : 0, utc_s(), steady_s());
        if (listened_to) line.write(heard);
    }
}

void play_once(terminal& line, playing settings, int ending) {
    settings.switch_every_s = 0;
    pollfd signal{ending, POLLIN, 0};
    int signals = 0;
    // A reader that has set no speed of a meter is not ready to hear: the only frame waits for it.
    while ((signals = poll(&signal, 1, 10)) == 0 && (!line.has_reader() || line.reader_baud() > 19200)) {
    }
    player meter{settings, utc_s(), steady_s()};
    while (signals == 0 && line.has_reader()) {
        if (meter.frames() < (settings.only ? 1U : 2U)) line.write(meter.hear(line.reader_baud(), utc_s(), steady_s()));
        signals = poll(&signal, 1, 10);
    }
}

} // namespace

int main(int count, char** words) {
    try {
        const arguments given = read(count, words);
        if (given.help) return std::fputs(help, stdout) < 0 ? 1 : 0;
        const int ending = end_signals();
        terminal line{given.link};
        std::printf("listening on %s\n", given.link.c_str());
        std::fflush(stdout);
        given.once ? play_once(line, given.settings, ending) : play(line, given.settings, ending);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "teleinfo-player: %s\n", error.what());
        return 2;
    }
}
