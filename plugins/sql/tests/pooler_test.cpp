// SPDX-License-Identifier: Apache-2.0
// PostgreSQL behind pgbouncer, a real one: sessions, or transactions that share one connection to the server.
#include "tests/server.hpp"

#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>

using Catch::Matchers::ContainsSubstring;
using namespace releve::testing;
using releve::sql::tests::engine;
using releve::sql::tests::server;
using releve::sql::tests::sql_client;
using releve::sql::tests::temporary_folder;
using releve::sql::tests::test_database;
using releve::sql::tests::user_password;
using namespace std::chrono_literals;

namespace {

class pooler {
public:
    /// `tls`: it listens on the server's port, and wants TLS.
    explicit pooler(const std::string& mode, bool tls = false)
        : port_{tls ? server::of(engine::postgresql).port() : 5432} {
        const auto& peer = server::of(engine::postgresql);
        std::string listen =
            tls ? "127.0.0.1\nclient_tls_sslmode = require\nclient_tls_key_file = " + peer.file("server.key") +
                      "\nclient_tls_cert_file = " + peer.file("server.pem")
                : "";
        std::ofstream{folder_ / "users"} << "\"releve\" \"" << user_password << "\"\n";
        std::ofstream{folder_ / "ini"} << "[databases]\n* = host=" << peer.socket()
                                       << "\n[pgbouncer]\nlisten_addr = " << listen << "\nlisten_port = " << port_
                                       << "\nunix_socket_dir = " << folder_.path.string()
                                       << "\nauth_type = scram-sha-256\nauth_file = " << folder_ / "users"
                                       << "\npool_mode = " << mode
                                       << "\ndefault_pool_size = " << (mode == "session" ? 2 : 1) << '\n';
        const auto log = folder_ / "log", ini = folder_ / "ini";
        const auto* user = ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr; // it refuses to be root
        if (user != nullptr && ::chown(folder_.path.c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error("no chown");
        process_ = ::fork();
        if (process_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::freopen(log.c_str(), "a", stderr) == nullptr ||
                (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)))
                ::_exit(126);
            ::execlp("pgbouncer", "pgbouncer", "-q", ini.c_str(), nullptr);
            ::execl("/usr/sbin/pgbouncer", "pgbouncer", "-q", ini.c_str(), nullptr);
            ::_exit(127);
        }
        const auto end = std::chrono::steady_clock::now() + 2min;
        while (!answers()) {
            if (::waitpid(process_, nullptr, WNOHANG) != 0 || std::chrono::steady_clock::now() > end)
                throw std::runtime_error("pgbouncer did not start (is it installed?)");
            ::poll(nullptr, 0, 5);
        }
    }
    pooler(const pooler&) = delete;
    pooler& operator=(const pooler&) = delete;
    ~pooler() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    std::string options(const test_database& of) const {
        return "url = \"postgresql://releve@/" + of.name() + "?socket=" + folder_.path.string() + "\"\npassword = '''" +
               user_password + "'''\ntimeout = \"2m\"\nbusy_timeout = \"1s\"\n";
    }

private:
    bool answers() const {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        const auto path = folder_ / ".s.PGSQL." + std::to_string(port_);
        path.copy(at.sun_path, sizeof at.sun_path - 1);
        const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool is = ::connect(made, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0;
        ::close(made);
        return is;
    }

    temporary_folder folder_;
    int port_;
    pid_t process_ = -1;
};

} // namespace

TEST_CASE("PostgreSQL behind pgbouncer: two nodes write, in session and in transaction mode") {
    const std::string mode = GENERATE("session", "transaction");
    INFO(mode << " mode");
    const test_database at{engine::postgresql};
    const pooler between{mode};
    node one{plugin{}, "sql", between.options(at), {.site = "les-tilleuls"}};
    node two{plugin{}, "sql", between.options(at), {.site = "les-erables"}};
    REQUIRE(one.probe());
    REQUIRE(one.start());
    REQUIRE(two.start());
    upstream from_one{one, "meter"}, from_two{two, "meter"};
    const auto a = from_one.gauge("power", "W"), b = from_two.gauge("power", "W");
    for (int i = 0; i < 5; ++i) {
        REQUIRE(one.write(from_one.batch().add(a, i, one.now() + i * 1s)));
        REQUIRE(two.write(
            from_two.batch().add(b, -i, two.now() + i * 1s).add(from_two.text("n" + std::to_string(i)), "x")));
    }
    auto db = at.connected();
    CHECK(db.rows("SELECT site, COUNT(*), SUM(value) FROM measurements GROUP BY site ORDER BY site") ==
          std::vector<std::string>{"les-erables|10|-10", "les-tilleuls|5|10"});

    db.run("BEGIN; UPDATE readings SET value = value"); // the limit for locks holds here too
    const auto locked = one.write(from_one.batch().add(a, 7, one.now()));
    CHECK(locked.transient());
    CHECK_THAT(locked.why, ContainsSubstring("is locked by another program"));
    db.run("ROLLBACK");
    REQUIRE(one.write_kept());
    CHECK(db.one("SELECT COUNT(*) FROM readings WHERE value = 7") == "1");
}

TEST_CASE("PostgreSQL behind pgbouncer in statement mode is refused in a sentence") {
    const test_database at{engine::postgresql};
    const pooler between{"statement"};
    node n{plugin{}, "sql", between.options(at)};
    const auto started = n.start();
    CHECK(started.permanent());
    CHECK_THAT(started.why, ContainsSubstring("pool_mode") && ContainsSubstring("transaction"));
}

TEST_CASE("TLS: a certificate of an authority that is trusted, for this host, and no other; then rows are written") {
    ON_EACH_SERVER(at);
    auto& peer = server::of(at.is());
    const bool mariadb = at.is() == engine::mariadb;
    std::optional<pooler> between;
    if (mariadb) {
        sql_client admin{engine::mariadb, "mysql"};
        admin.run("CREATE USER IF NOT EXISTS secure@'%' IDENTIFIED BY 'pass' REQUIRE SSL");
        admin.run("GRANT ALL ON " + at.name() + ".* TO secure@'%'");
    } else {
        between.emplace("session", true);
    }
    const auto options = [&](const std::string& host, const std::string& more) {
        return "url = \"" + std::string{mariadb ? "mysql://secure@" : "postgresql://releve@"} + host + ":" +
               std::to_string(peer.port()) + "/" + at.name() + "\"\npassword = '''" +
               (mariadb ? "pass" : user_password) + "'''\ntimeout = \"2m\"\n" + more;
    };
    const auto trusted = "ca = \"" + peer.ca() + "\"\n";

    node good{plugin{}, "sql", options("127.0.0.1", "tls = \"verify\"\n" + trusted)};
    REQUIRE(good.start());
    upstream from{good, "meter"};
    REQUIRE(good.write(from.batch().add(from.text("note"), "\u00e9t\u00e9")));
    CHECK(at.connected().one("SELECT text FROM readings") == "\u00e9t\u00e9");

    node unknown{plugin{}, "sql", options("127.0.0.1", "tls = \"verify\"")}; // not one of the system's
    const auto not_trusted = unknown.start();
    CHECK(not_trusted.permanent());
    CHECK_THAT(not_trusted.why, ContainsSubstring("its certificate is not trusted (option ca)"));
    node other_host{plugin{}, "sql", options("0.0.0.0", trusted)}; // the same server by a name that is not in it
    const auto not_its_name = other_host.start();
    CHECK(not_its_name.permanent());
    CHECK_THAT(not_its_name.why, ContainsSubstring("its certificate is not trusted (option ca)"));
}
