// SPDX-License-Identifier: Apache-2.0
#include "tests/mail_server.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace releve::mail::tests {
namespace {

constexpr int start_timeout_ms = 120'000;

std::string content(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

mail_server& mail_server::running() {
    static mail_server one;
    return one;
}

mail_server::mail_server() {
    auto name = (std::filesystem::temp_directory_path() / "releve-mail-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    int input[2], output[2];
    if (::pipe2(input, O_CLOEXEC) != 0 || ::pipe2(output, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(input[0], 0);
        ::dup2(output[1], 1);
        ::execl("/usr/bin/python3", "python3", "tests/mail_server.py", name.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    std::string line;
    for (pollfd at{output[0], POLLIN, 0}; line.find('\n') == std::string::npos;) {
        char c = 0;
        if (::poll(&at, 1, start_timeout_ms) != 1 || ::read(output[0], &c, 1) != 1)
            throw std::runtime_error("tests/mail_server.py does not start: is python3-aiosmtpd installed?");
        line += c;
    }
    ::close(output[0]);
    std::istringstream all{line};
    for (std::string one; all >> one;) ports_[one.substr(0, one.find('='))] = std::stoi(one.substr(one.find('=') + 1));
}

mail_server::~mail_server() {
    ::close(input_);
    ::waitpid(process_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::vector<received> mail_server::mails() {
    std::vector<received> all;
    for (;;) {
        const auto path = (folder_ / "mail" / std::to_string(mails_seen_ + 1)).string();
        std::ifstream facts{path + ".facts"};
        if (!facts) return all;
        ++mails_seen_;
        auto& one = all.emplace_back();
        for (std::string line; std::getline(facts, line);)
            one.facts[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
        one.text = content(path + ".text");
        one.html = content(path + ".html");
        one.raw = content(path + ".raw");
    }
}

std::vector<command> mail_server::commands() {
    std::vector<command> all;
    std::ifstream file{folder_ / "commands"};
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        if (number++ < commands_seen_) continue;
        std::istringstream parts{line};
        command one;
        parts >> one.connection >> one.listener >> one.tls >> one.verb;
        all.push_back(one);
    }
    commands_seen_ = number;
    return all;
}

std::string mail_server::options(const std::string& listener, const std::string& more) const {
    std::ostringstream made;
    const bool implicit = listener == "implicit", plain = listener == "plain" || listener == "small";
    made << "server = 'localhost'\nport = " << port(listener) << "\nca = '" << file("ca.pem").string() << "'\ntls = '"
         << (plain      ? "none"
             : implicit ? "implicit"
                        : "required")
         << "'\n";
    if (listener == "starttls" || implicit) made << "user = 'releve'\npassword = 's3cret-word'\n";
    made << "timeout = '5m'\nconnect_timeout = '2m'\nfrom = 'releve@example.org'\nhello = 'central.example.org'\n"
         << more;
    return made.str();
}

} // namespace releve::mail::tests
