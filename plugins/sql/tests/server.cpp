// SPDX-License-Identifier: Apache-2.0
#include "tests/server.hpp"

#include "tests/certificates.hpp"

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>

namespace releve::sql::tests {
namespace {

constexpr auto timeout = std::chrono::minutes{2}; // of real time

/// Asks until it is so: a server has no descriptor for that.
template <class F>
void await(const char* what, F&& so, int pause_ms = 5) {
    for (const auto end = std::chrono::steady_clock::now() + timeout; !so(); ::poll(nullptr, 0, pause_ms))
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error(std::string{"waited in vain for "} + what);
}

/// Whether all threads of a process are stopped, or it is gone.
bool is_stopped(pid_t process) {
    std::error_code gone;
    const std::filesystem::directory_iterator end;
    for (std::filesystem::directory_iterator thread{"/proc/" + std::to_string(process) + "/task", gone};
         !gone && thread != end; thread.increment(gone)) {
        std::ifstream stat{thread->path() / "stat"};
        std::string name;
        char state = 'X'; // as of a thread that has ended (proc(5))
        std::getline(stat, name, ')') >> std::ws >> state;
        if (state != 'T' && state != 'X' && state != 'Z') return false;
    }
    return true;
}

/// Of 127.0.0.1, that nobody listens on now.
int free_port() {
    const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    const bool is = ::bind(made, reinterpret_cast<sockaddr*>(&at), size) == 0 &&
                    ::getsockname(made, reinterpret_cast<sockaddr*>(&at), &size) == 0;
    ::close(made);
    if (!is) throw std::runtime_error("no port");
    return ntohs(at.sin_port);
}

std::string newest_postgresql() {
    std::string newest;
    std::error_code missing;
    for (const auto& version : std::filesystem::directory_iterator{"/usr/lib/postgresql", missing})
        newest = std::max(newest, (version.path() / "bin/").string());
    return newest;
}

} // namespace

server& server::of(engine which) {
    static std::map<engine, std::unique_ptr<server>> all;
    auto& one = all[which];
    if (!one) {
        one.reset(new server{which});
        one->begin();
    }
    return *one;
}

server::server(engine which)
    : is_{which}
    , programs_{newest_postgresql()}
    , port_{free_port()} {
    if (::geteuid() == 0) { // the servers refuse to be root
        const auto* user = ::getpwnam("nobody");
        if (::chown(folder_.path.c_str(), user->pw_uid, user->pw_gid) != 0) throw std::runtime_error("no chown");
    }
}

void server::begin() {
    make_files();
    start();
    if (is_ == engine::mariadb) {
        sql_client{is_, "mysql"}.run("CREATE USER releve@localhost IDENTIFIED BY 's3\\'cr\\\\et'");
    } else {
        sql_client{is_, "postgres"}.run("CREATE ROLE releve LOGIN PASSWORD 's3''cr\\et'");
    }
}

server::~server() {
    if (process_ < 0) return;
    ::kill(process_, is_ == engine::mariadb ? SIGKILL : SIGQUIT);
    ::waitpid(process_, nullptr, 0);
}

std::string server::socket() const { return is_ == engine::mariadb ? folder_ / "s.sock" : folder_.path.string(); }

pid_t server::launch(const std::vector<std::string>& command) const {
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const auto log = folder_ / "log";
    const auto* user = ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr;
    const auto child = ::fork();
    if (child != 0) return child;
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    ::dup2(out, 1);
    ::dup2(out, 2);
    if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, is_ == engine::mariadb ? SIGKILL : SIGQUIT); // also when the tests crash
    if (::chdir(folder_.path.c_str()) != 0) ::_exit(126);
    ::execvp(words[0], words.data());
    ::_exit(127);
}

void server::run(const std::vector<std::string>& command) const {
    int status = 0;
    ::waitpid(launch(command), &status, 0);
    if (status == 0) return;
    std::string log{std::istreambuf_iterator<char>{std::ifstream{folder_ / "log"}.rdbuf()}, {}};
    throw std::runtime_error(command.front() +
                             " failed (are mariadb-server-core and postgresql-15 installed?): " + log);
}

void server::make_files() {
    make_certificates(folder_.path);
    if (is_ == engine::mariadb) {
        run({"mariadb-install-db", "--no-defaults", "--datadir=" + folder_ / "data", "--skip-test-db",
             "--auth-root-authentication-method=normal", "--innodb-log-file-size=16M"});
    } else {
        std::ofstream{folder_ / "password"} << admin_password;
        ::chmod((folder_ / "password").c_str(), 0644);
        run({programs_ + "initdb", "-D", folder_ / "data", "-U", "postgres", "-A", "scram-sha-256",
             "--pwfile=" + folder_ / "password", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
    }
}

void server::start() {
    // The system's memory survives a crash of the server: no test needs the disk.
    if (is_ == engine::mariadb)
        process_ = launch({"/usr/sbin/mariadbd", "--no-defaults", "--datadir=" + folder_ / "data",
                           "--socket=" + socket(), "--pid-file=" + folder_ / "pid", "--bind-address=127.0.0.1",
                           "--port=" + std::to_string(port_), "--ssl-cert=" + folder_ / "server.pem",
                           "--ssl-key=" + folder_ / "server.key", "--ssl-ca=" + ca(), "--innodb-log-file-size=16M",
                           "--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=64M", "--skip-log-bin"});
    else
        process_ = launch({programs_ + "postgres", "-D", folder_ / "data", "-k", socket(), "-c",
                           "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=20"});
    await("the server to start", [this] {
        if (::waitpid(process_, nullptr, WNOHANG) != 0) throw std::runtime_error("the server ended at start");
        return answers();
    });
}

bool server::answers() const {
    try {
        return sql_client{is_, is_ == engine::mariadb ? "mysql" : "postgres"}.one("SELECT 1") == "1";
    } catch (const std::runtime_error&) {
        return false;
    }
}

void server::ensure() {
    resume();
    if (process_ < 0) start();
}

void server::kill() {
    ::kill(process_, is_ == engine::mariadb ? SIGKILL : SIGQUIT); // PostgreSQL's "immediate shutdown"
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void server::stall() {
    stalled_ = {process_};
    if (is_ == engine::postgresql) // one process a connection
        for (const auto& pid : sql_client{is_, "postgres"}.rows("SELECT pid FROM pg_stat_activity"))
            stalled_.push_back(std::stoi(pid));
    for (const auto pid : stalled_) ::kill(pid, SIGSTOP);
    // Each thread stops at a different time, and may answer until then.
    await("all threads to be stopped", [this] { return std::all_of(stalled_.begin(), stalled_.end(), is_stopped); });
}

void server::resume() {
    for (const auto pid : stalled_) ::kill(pid, SIGCONT);
    stalled_.clear();
}

void server::cut() {
    if (is_ == engine::postgresql) {
        sql_client{is_, "postgres"}.run(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'releve'");
    } else {
        sql_client admin{is_, "mysql"};
        admin.run("KILL USER releve@localhost");
        await("the connection to end", [&] {
            return admin.one("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'releve'") == "0";
        });
    }
}

bool server::await_lock_wait(const std::atomic<bool>& over) {
    bool waits = false;
    sql_client admin{is_, is_ == engine::mariadb ? "mysql" : "postgres"};
    const auto* query =
        is_ == engine::mariadb
            ? "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
            : "SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'releve' AND wait_event_type = 'Lock'";
    // InnoDB updates its answer only when it was not asked for 100 ms.
    await(
        "a lock to be waited for", [&] { return (waits = admin.one(query) != "0") || over; }, 150);
    return waits;
}

} // namespace releve::sql::tests
