// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace releve::mail::tests {

/// A message as the server parsed it.
struct received {
    std::map<std::string, std::string> facts; // headers decoded, and what the server saw
    std::string text, html, raw;
    const std::string& operator[](const std::string& name) const { return facts.at(name); }
};

struct command {
    int connection = 0;
    std::string listener, verb;
    bool tls = false;
};

/// tests/mail_server.py, running until the tests end.
class mail_server {
public:
    /// One for all tests, started by the first that asks.
    static mail_server& running();
    mail_server(const mail_server&) = delete;
    mail_server& operator=(const mail_server&) = delete;
    ~mail_server();

    /// "starttls", "implicit", "plain" (neither TLS nor login), "small" (the same, SIZE 8000), "nologin" (TLS, no
    /// login), "fickle" (STARTTLS offered while the file "offer-tls" is there, and never asked for).
    int port(const std::string& listener) const { return ports_.at(listener); }
    /// "ca.pem": of the server's certificate. "other.pem": of another authority.
    std::filesystem::path file(const std::string& name) const { return folder_ / name; }
    /// Messages that were complete since the last call, whatever was answered.
    std::vector<received> mails();
    /// Commands since the last call.
    std::vector<command> commands();
    /// Options for a listener: with its port, the authority's certificate and, where there is one, the login.
    std::string options(const std::string& listener, const std::string& more) const;

private:
    mail_server();
    std::filesystem::path folder_;
    std::map<std::string, int> ports_;
    pid_t process_ = -1;
    int input_ = -1;
    std::size_t mails_seen_ = 0, commands_seen_ = 0;
};

} // namespace releve::mail::tests
