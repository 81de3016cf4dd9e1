// SPDX-License-Identifier: Apache-2.0
// A real MariaDB or PostgreSQL server of the tests' own: on a private Unix socket, in a temporary folder, started when
// it is first used, and ended with the tests.
#pragma once
#include "tests/database.hpp"

#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

namespace releve::sql::tests {

inline constexpr auto user_password = "s3'cr\\et"; // of the user "releve"
inline constexpr auto admin_password = "4dm1n";    // of the administrator

class server {
    static inline const std::atomic<bool> never = false;

public:
    /// The running server.
    static server& of(engine which);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();
    /// MariaDB's socket, the folder of PostgreSQL's.
    std::string socket() const;
    /// The authority of its certificate, whose key and certificate are beside it: server.key, server.pem.
    std::string ca() const { return folder_ / "ca.pem"; }
    std::string file(const std::string& name) const { return folder_ / name; }
    /// A port of 127.0.0.1 for connections with TLS: MariaDB listens on it, PostgreSQL's is free for a pooler.
    int port() const { return port_; }
    void start();
    /// Continues or restarts it, so that it is up.
    void ensure();
    /// Like a crash: nothing is cleaned up, all connections end.
    void kill();
    /// All its threads are stopped, or continue.
    void stall();
    void resume();
    /// Ends the connections of the user "releve".
    void cut();
    /// Returns when a statement of the user "releve" waits for a lock. False: `over` is true before. Throws when
    /// neither happens within two minutes.
    bool await_lock_wait(const std::atomic<bool>& over = never);

private:
    explicit server(engine which);
    void begin();
    void make_files();
    bool answers() const;
    pid_t launch(const std::vector<std::string>& command) const;
    void run(const std::vector<std::string>& command) const;

    engine is_;
    temporary_folder folder_;
    std::string programs_; // PostgreSQL's folder of them
    int port_;
    pid_t process_ = -1;
    std::vector<pid_t> stalled_;
};

} // namespace releve::sql::tests
