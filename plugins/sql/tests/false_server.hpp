// SPDX-License-Identifier: Apache-2.0
// Servers that are none: what a program does that listens in the place of a database.
#pragma once
#include <releve/kit/io/descriptor.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

namespace releve::sql::tests {

class false_server {
public:
    enum class trick {
        mysql_no_tls,         // MariaDB that refuses TLS, and lets log in
        mysql_clear_password, // MariaDB that asks for the password in clear
        mysql_dialog,         // the same by PAM's method
        mysql_endless,        // MariaDB that answers the first query with rows without end
        postgresql_no_tls,    // PostgreSQL that refuses TLS, and asks for the password in clear
        postgresql_endless,   // PostgreSQL that answers the first query with rows without end
    };
    explicit false_server(trick which);
    false_server(const false_server&) = delete;
    false_server& operator=(const false_server&) = delete;
    ~false_server();
    /// On this port of 127.0.0.1.
    int port() const { return port_; }
    /// All that it was told so far.
    std::string heard();
    std::size_t sent() const { return sent_; }

private:
    void run();
    void talk(int peer);
    void talk_mysql(int peer);
    void talk_postgresql(int peer);
    bool send(int peer, const std::string& bytes);
    /// What the peer says until it waits; empty: it has gone.
    std::string receive(int peer);
    void send_without_end(int peer, const std::string& row);

    const trick which_;
    kit::descriptor listener_, stop_, stop_other_;
    int port_ = 0;
    std::mutex mutex_;
    std::string heard_;
    std::atomic<std::size_t> sent_ = 0;
    std::thread thread_;
};

} // namespace releve::sql::tests
