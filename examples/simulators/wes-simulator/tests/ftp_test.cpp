// SPDX-License-Identifier: Apache-2.0
// wes-ftp on the folder of a running simulator, with a plain client of FTP.
#include <wes_simulator/ftp_server.hpp>
#include <wes_simulator/process.hpp>
#include <wes_simulator/temporary_folder.hpp>

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <cstdio>

using namespace wes_simulator;

namespace {

// A session, logged in. Each command gets a reply of one line; the data of a transfer come on another connection.
class session {
public:
    explicit session(std::uint16_t port)
        : control_{port}
        , greeting{control_.receive_line()} {
        if (!greeting.starts_with("220")) return;
        tell("USER adminftp");
        login = tell("PASS wesftp");
        tell("TYPE I");
    }
    std::string tell(const std::string& command) {
        control_.send(command + "\r\n");
        return control_.receive_line();
    }
    std::string next() { return control_.receive_line(); }
    client data() {
        const std::string reply = tell("PASV");
        int a = 0, b = 0;
        std::sscanf(reply.c_str() + std::min(reply.size(), reply.find('(')), "(127,0,0,1,%d,%d)", &a, &b);
        return client{static_cast<std::uint16_t>(a * 256 + b)};
    }
    std::string get(const std::string& command) {
        client from = data();
        const std::string answer = tell(command);
        if (!answer.starts_with("1")) return answer;
        std::string bytes = from.receive().bytes;
        last = next();
        return bytes;
    }
    std::string put(const std::string& name, std::string_view bytes) {
        {
            client to = data();
            if (const std::string answer = tell("STOR " + name); !answer.starts_with("1")) return answer;
            to.send(bytes);
        }
        return next();
    }

private:
    client control_;

public:
    std::string greeting, login, last;
};

} // namespace

TEST_CASE("a template that is stored over FTP is served at once, in either case of its name", "[ftp]") {
    const temporary_folder files;
    process wes{{"--files", files.path.string(), "--start", "2026-01-15T12:00", "--speed", "0"}};
    ftp_server ftp{files.path};
    session one{ftp.port()};
    CHECK(one.greeting == "220 Keil FTP service");
    CHECK(one.login.starts_with("230"));
    CHECK(one.get("RETR DATA.CGX").starts_with("t <?xml")); // the template, not its values
    CHECK(one.last.starts_with("226"));
    CHECK(one.tell("MKD WEBPROG").starts_with("257"));
    CHECK(one.tell("CWD webprog").starts_with("250"));
    CHECK(one.put("MINE.CGX", "t <a>\r\nc v v <v>%s</v>\r\nt </a>\r\n").starts_with("226"));
    CHECK(request(wes.port(), get("/WebProg/mine.cgx")).body() == "<a><v>V0.84A10</v></a>");
    CHECK(one.put("mine.cgx", "t <b/>").starts_with("226")); // the same file, as on FAT
    CHECK(request(wes.port(), get("/WEBPROG/MINE.CGX")).body() == "<b/>");
    CHECK(one.tell("DELE MINE.CGX").starts_with("250"));
    CHECK(request(wes.port(), get("/WEBPROG/MINE.CGX")).bytes.starts_with("HTTP/1.1 404"));
    CHECK(one.tell("QUIT").starts_with("221"));
}

TEST_CASE("LIST shows the current folder, as a WES does, whatever its argument", "[ftp]") {
    const temporary_folder files;
    files.put("LOG/A.CSV", "12345");
    ftp_server ftp{files.path};
    session one{ftp.port()};
    CHECK(one.tell("SYST") == "215 Windows_NT");
    const std::string root = one.get("LIST");
    REQUIRE(root.size() == 44);
    CHECK(root.substr(17) == "       <DIR>          LOG\r\n");
    CHECK(root[2] == '-');
    CHECK((root.substr(15, 2) == "AM" || root.substr(15, 2) == "PM"));
    CHECK(one.get("LIST /LOG") == root);
    CHECK(one.tell("CWD /LOG").starts_with("250"));
    CHECK(one.get("LIST").substr(17) == "                    5 A.CSV\r\n");
    for (const char* unknown : {"REST 2", "PORT 127,0,0,1,4,5", "EPRT |1|127.0.0.1|5000|", "MLSD", "SITE HELP"})
        CHECK(one.tell(unknown).starts_with("500"));
    CHECK(one.tell("CWD /../..").starts_with("250"));
    CHECK(one.tell("PWD").starts_with("257 \"/\""));
    CHECK(one.get("RETR ../../etc/passwd").starts_with("550"));
}

TEST_CASE("one session at a time", "[ftp]") {
    const temporary_folder files;
    ftp_server ftp{files.path};
    {
        session one{ftp.port()};
        CHECK(session{ftp.port()}.greeting.starts_with("421"));
        CHECK(one.tell("NOOP").starts_with("200"));
    }
    CHECK(session{ftp.port()}.greeting.starts_with("220"));
}

TEST_CASE("faults of FTP come and go", "[ftp]") {
    const temporary_folder files;
    const std::string text(5000, 'x');
    files.put("A.TXT", text);
    ftp_server ftp{files.path};
    ftp.fault("refuse 2");
    CHECK(session{ftp.port()}.greeting.starts_with("421"));
    CHECK(session{ftp.port()}.greeting.starts_with("421"));
    CHECK(session{ftp.port()}.greeting.starts_with("220"));
    ftp.fault("cut 100");
    session cut{ftp.port()};
    CHECK(cut.get("RETR A.TXT").size() <= 100); // what was on its way may be lost
    CHECK(cut.last.empty());
    ftp.fault("short 100");
    session shortened{ftp.port()};
    CHECK(shortened.get("RETR A.TXT").size() == 100);
    CHECK(shortened.last.starts_with("226"));
    CHECK(shortened.tell("SIZE A.TXT").starts_with("500"));
    ftp.fault("slow 20000");
    CHECK(shortened.get("RETR A.TXT") == text);
    ftp.fault("none");
    CHECK(shortened.get("RETR A.TXT") == text);
    CHECK_THROWS(ftp.fault("flood"));
}
