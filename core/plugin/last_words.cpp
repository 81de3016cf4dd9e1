// SPDX-License-Identifier: Apache-2.0
// Signal handlers: all that they call is async-signal-safe, but for backtrace, which is loaded before.
#include "last_words.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <link.h>

namespace releve::core {

namespace {

constexpr int failed = 1; // as exit_codes.hpp has it

pid_t owner = 0; // a child that a plugin forks may end as it likes; 0: not installed
bool in_journal = false;
std::atomic<bool> own_end{false}, is_said{false};
std::atomic<std::int64_t> utc_offset{0};

int nowhere = -1; // /dev/null

/// Where the last words go. What other threads still log goes nowhere from then on, so that these are the last ones.
int last_output() {
    static std::atomic<int> out{-1};
    if (out < 0 && nowhere >= 0) {
        const int kept = dup(STDERR_FILENO);
        if (kept >= 0) {
            dup2(nowhere, STDERR_FILENO);
            out = kept;
        }
    }
    return out < 0 ? STDERR_FILENO : out.load();
}

/// A line of bounded length, put together without memory of its own.
class line {
public:
    line& operator<<(std::string_view text) {
        for (const char c : text)
            if (size_ < text_.size() - 1) // room for the newline
                text_[size_++] = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
        return *this;
    }
    line& operator<<(std::uint64_t number) {
        std::array<char, 20> digits{};
        std::size_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        while (count != 0) *this << std::string_view{&digits[--count], 1};
        return *this;
    }
    /// Not when nobody reads standard error: that must not hold the end up.
    void write() {
        text_[size_++] = '\n';
        pollfd out{last_output(), POLLOUT, 0};
        if (poll(&out, 1, 200) <= 0) return;
        for (std::size_t at = 0; at < size_;) {
            const auto some = ::write(out.fd, &text_[at], size_ - at);
            if (some <= 0) return;
            at += static_cast<std::size_t>(some);
        }
    }

private:
    std::array<char, 2048> text_{};
    std::size_t size_ = 0;
};

void begin(line& to) {
    if (in_journal) {
        to << "<3>";
        return;
    }
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto s = static_cast<std::uint64_t>(std::max<std::int64_t>(0, now.tv_sec + utc_offset));
    const auto two = [&](std::uint64_t number) { to << number / 10 << number % 10; };
    two(s / 3600 % 24);
    to << ":";
    two(s / 60 % 60);
    to << ":";
    two(s % 60);
    to << " error   ";
}

/// "cpu: component 'good' of /usr/lib/x.so"; before there is a node, or a component: what is known.
line& operator<<(line& to, const plugin_part& whose) {
    if (!whose.node.empty()) to << whose.node << ": ";
    if (!whose.component.empty()) return to << "component '" << whose.component << "' of " << whose.file;
    return to << "plugin " << whose.file;
}

/// The file that an address belongs to; empty: the program itself, or none.
std::string_view file_at(const void* address) {
#if __GLIBC_PREREQ(2, 35)
    dl_find_object found{};
    if (_dl_find_object(const_cast<void*>(address), &found) == 0 && found.dlfo_link_map->l_name != nullptr)
        return found.dlfo_link_map->l_name;
#else
    static_cast<void>(address);
#endif
    return {};
}

/// Libraries of the system are named lib*.so.N; a plugin is a file of its own.
bool is_plugin(std::string_view file) { return file.ends_with(".so"); }

struct registers {
    std::uintptr_t code = 0, stack = 0;
};

registers registers_of(const void* context) {
    const auto& at = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
    return {static_cast<std::uintptr_t>(at.gregs[REG_RIP]), static_cast<std::uintptr_t>(at.gregs[REG_RSP])};
#elif defined(__aarch64__)
    return {static_cast<std::uintptr_t>(at.pc), static_cast<std::uintptr_t>(at.sp)};
#else
    static_cast<void>(at);
    return {};
#endif
}

std::string_view words_of(int signal, const siginfo_t& info, const registers& at) {
    switch (signal) {
    case SIGSEGV: {
        constexpr std::uintptr_t near = 64u << 10; // a frame that is larger hits beyond it
        const auto hit = reinterpret_cast<std::uintptr_t>(info.si_addr);
        const bool overflow = at.stack != 0 && hit - at.stack + near < 2 * near;
        return overflow ? "its stack overflowed (SIGSEGV)" : "it used memory that is not there (SIGSEGV)";
    }
    case SIGBUS:
        return "memory could not be read (SIGBUS): was a file that is in use, such as the plugin's own, overwritten?";
    case SIGABRT:
        return "it was aborted (SIGABRT): an exception that nobody caught, a failed assertion, or damaged memory";
    case SIGFPE:
        return "an impossible calculation (SIGFPE)";
    case SIGILL:
        return "an instruction that this machine does not have (SIGILL)";
    case SIGSYS:
        return "a system call that is not allowed here (SIGSYS)";
    default:
        return "a trap (SIGTRAP)";
    }
}

/// In no function of a node: a thread that a plugin started by itself, or the program.
void say_where(std::string_view what, const registers& at) {
    std::array<void*, 64> frames{};
    frames[0] = reinterpret_cast<void*>(at.code);
    const auto more = backtrace(&frames[1], static_cast<int>(frames.size()) - 1);
    line text;
    begin(text);
    for (int i = 0; i <= more; ++i) {
        const auto file = file_at(frames[static_cast<std::size_t>(i)]);
        if (!is_plugin(file)) continue;
        text << "a thread of its own of plugin " << file << " crashed: " << what;
        return text.write();
    }
    text << "the program crashed, in no function of a plugin: " << what;
    text.write();
}

void handle(int signal, siginfo_t* info, void* context) {
    std::signal(signal, SIG_DFL);
    if (getpid() == owner && !is_said.exchange(true)) {
        const auto at = registers_of(context);
        const auto what = words_of(signal, *info, at);
        if (const auto* call = plugin_call::here(); call != nullptr) {
            line text;
            begin(text);
            text << call->whose() << " crashed in " << call->function() << ": " << what;
            text.write();
        } else {
            say_where(what, at);
        }
    }
    // What the kernel found comes again where it was, for the core dump; else it is sent again.
    if (info->si_code <= 0 || signal == SIGABRT || signal == SIGSYS || signal == SIGTRAP) raise(signal);
}

/// `file`: of who did it, where no call tells; empty: not known.
void say_exit(std::string_view function, int code, std::string_view file = {}) {
    if (is_said.exchange(true)) return;
    line text;
    begin(text);
    if (const auto* call = plugin_call::here(); call != nullptr)
        text << call->whose() << " ended the program in " << call->function() << " by " << function;
    else if (!file.empty())
        text << "a thread of its own of plugin " << file << " ended the program by " << function;
    else
        text << "the program was ended by " << function;
    if (code >= 0) text << "(" << static_cast<std::uint64_t>(code) << ")";
    text << ", which no plugin may do";
    text.write();
}

bool is_foreign_end() { return owner != 0 && getpid() == owner && !own_end; }

void at_exit(int code, void*) {
    if (!is_foreign_end()) return;
    say_exit("exit", code);
    end_at_once(code != 0 ? code : failed);
}

void at_quick_exit_of_plugin() {
    if (!is_foreign_end()) return;
    say_exit("quick_exit", -1);
    end_at_once(failed);
}

} // namespace

void end_at_once(int code) noexcept {
    for (;;) syscall(SYS_exit_group, code);
}

void refuse_exit(std::string_view function, int code, const void* caller) noexcept {
    if (!is_foreign_end()) return;
    const auto file = file_at(caller);
    if (plugin_call::here() == nullptr && !is_plugin(file)) return;
    say_exit(function, code, file);
    end_at_once(code != 0 ? code : failed);
}

void install_last_words() {
    owner = getpid();
    in_journal = std::getenv("JOURNAL_STREAM") != nullptr;
    nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    std::array<void*, 1> none{};
    backtrace(none.data(), 1); // loads what it needs, which is not safe in a handler
    for (const int one : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP}) {
        struct sigaction now {};
        if (sigaction(one, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue; // a sanitizer's
        struct sigaction ours {};
        ours.sa_sigaction = handle;
        ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigaction(one, &ours, nullptr);
    }
    last_words_come_first();
}

void last_words_come_first() {
    if (owner == 0) return;
    on_exit(at_exit, nullptr);
    at_quick_exit(at_quick_exit_of_plugin);
}

void ends_by_itself() noexcept { own_end = true; }

void set_last_words_offset(std::int64_t seconds) noexcept { utc_offset = seconds; }

void say_last(const plugin_call& of, std::string_view what) noexcept {
    line text;
    begin(text);
    text << of.whose() << " in " << of.function() << ": " << what;
    text.write();
}

void say_last(std::string_view what) noexcept {
    line text;
    begin(text);
    text << what;
    text.write();
}

} // namespace releve::core
