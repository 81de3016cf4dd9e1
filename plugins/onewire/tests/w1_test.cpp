// SPDX-License-Identifier: Apache-2.0
// A tree such as the kernel makes.
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using releve::testing::node;
using releve::testing::plugin;

namespace {

class tree {
public:
    tree()
        : folder_{fs::temp_directory_path() / ("releve_w1_" + std::to_string(::getpid()))} {
        fs::create_directories(folder_);
    }
    ~tree() { fs::remove_all(folder_); }
    tree(const tree&) = delete;
    tree& operator=(const tree&) = delete;
    void put(const std::string& file, const std::string& text) const {
        fs::create_directories((folder_ / file).parent_path());
        std::ofstream{folder_ / file, std::ios::binary} << text;
    }
    std::string get(const std::string& file) const {
        std::stringstream all;
        all << std::ifstream{folder_ / file}.rdbuf();
        return all.str();
    }
    void remove(const std::string& what) const { fs::remove_all(folder_ / what); }
    /// A file whose every read fails with EIO: address 0 of this process.
    void unreadable(const std::string& file) const {
        remove(file);
        fs::create_symlink("/proc/self/mem", folder_ / file);
    }
    std::string path(const std::string& of) const { return (folder_ / of).string(); }
    std::string toml() const { return "w1 = \"" + folder_.string() + "\"\n"; }

private:
    fs::path folder_;
};

const std::string warm = "37 01 4b 46 7f ff 09 10 26 : crc=26 YES\n37 01 4b 46 7f ff 09 10 26 t=19437\n";
const std::string power_on = "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n";
const std::string failed = "37 01 4b 46 7f ff 09 10 ff : crc=26 NO\n37 01 4b 46 7f ff 09 10 26 t=19437\n";
const std::string id = "28-0002d7280000";
/// Of a DS18S20, whose scratchpad does not show it.
const std::string hot = "aa 00 4b 46 ff ff 0c 10 87 : crc=87 YES\naa 00 4b 46 ff ff 0c 10 87 t=84750\n";
const std::string hotter = "aa 00 4b 46 ff ff 0c 10 87 : crc=87 YES\naa 00 4b 46 ff ff 0c 10 87 t=85000\n";

} // namespace

TEST_CASE("the kernel's chips") {
    const tree w1;
    w1.put(id + "/w1_slave", warm);
    w1.put("26-000001590aa6/temperature", "6400\n"); // 25 degrees
    w1.put("26-000001590aa6/vad", "235\n");
    w1.put("26-000001590aa6/vdd", "500\n");
    w1.put("29-0005d6290000/output", "\xfe");
    w1.put("29-0005d6290000/state", "\x03");
    const std::string page(126, '0'); // 42 bytes with a blank behind each
    w1.put("1d-00000000f1d0/w1_slave",
           page + "crc=YES c=7\n" + page + "crc=YES c=8\n" + page + "crc=YES c=41\n" + page + "crc=YES c=-1\n");
    w1.put("81-000000000001/id", "x"); // nothing of ours
    node n{plugin{}, "onewire", w1.toml() + "devices = [{ id = \"" + id + "\", name = \"cellar\" }]"};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("temperature", {{"channel", "cellar"}}).value == 19.437);
    CHECK(n.last("temperature", {{"channel", "26-000001590aa6"}}).value == 25);
    CHECK(n.last("relative_humidity").value == Catch::Approx(49.97).margin(0.01));
    CHECK(n.last("relay", {{"channel", "29-0005d6290000.0"}}).value == 1);
    CHECK(n.last("relay", {{"channel", "29-0005d6290000.1"}}).value == 0);
    CHECK(n.last("input", {{"channel", "29-0005d6290000.1"}}).value == 1);
    CHECK(n.last("input", {{"channel", "29-0005d6290000.2"}}).value == 0);
    CHECK(n.last("pulse_count", {{"channel", "1d-00000000f1d0.A"}}).value == 41);
    CHECK(n.last("pulse_count", {{"channel", "1d-00000000f1d0.B"}}).value == 4'294'967'295);
    CHECK(n.emitted("up").size() == 5);
    CHECK(n.misbehaviour().empty());
}

TEST_CASE("of a DS2408's files exactly one byte is read: the kernel refuses more") {
    const tree w1;
    const std::string chip = "29-0005d6290000/";
    w1.put(chip + "output", "\xff");
    REQUIRE(::mkfifo(w1.path(chip + "state").c_str(), 0600) == 0);
    const int state = ::open(w1.path(chip + "state").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(::write(state, "\x01\x02", 2) == 2);
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("input", {{"channel", "29-0005d6290000.0"}}).value == 1);
    CHECK(n.last("input", {{"channel", "29-0005d6290000.1"}}).value == 0);
    char left = 0;
    CHECK(::read(state, &left, 1) == 1);
    CHECK(left == 2);
    ::close(state);
}

TEST_CASE("85 degrees with a count byte that tells") {
    const tree w1;
    w1.put(id + "/w1_slave", power_on);
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("temperature").quality == releve::quality::absent);
    CHECK(n.last("up", {{"channel", id}}).value == 1);
    node all{plugin{}, "onewire", w1.toml() + "power_on = \"accept\""};
    REQUIRE(all.start());
    REQUIRE(all.collect());
    CHECK(all.last("temperature").value == 85);
}

TEST_CASE("a failed reading gives no old value, and is logged once") {
    const tree w1;
    w1.put(id + "/w1_slave", warm);
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    n.forget();
    for (const auto& bad : {failed, std::string{}, std::string{"37 01"}}) {
        w1.put(id + "/w1_slave", bad);
        REQUIRE(n.collect());
    }
    w1.unreadable(id + "/w1_slave");
    REQUIRE(n.collect());
    w1.remove(id);
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").empty());
    CHECK(n.emitted("up", {{"channel", id}}).size() == 5);
    CHECK(n.last("up", {{"channel", id}}).value == 0);
    REQUIRE(n.health().size() == 1);
    w1.put(id + "/w1_slave", warm);
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("temperature").value == 19.437);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
}

TEST_CASE("a chip that can't be read says why, and the others are read") {
    const tree w1;
    w1.put(id + "/w1_slave", warm);
    w1.put("28-000000000001/w1_slave", warm);
    w1.unreadable("28-000000000001/w1_slave");
    w1.put("26-000001590aa6/temperature", "6400\n");
    w1.put("26-000001590aa6/vad", "235\n");
    w1.put("26-000001590aa6/vdd", "0\n");
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").size() == 1);
    CHECK(n.last("up", {{"channel", id}}).value == 1);
    REQUIRE(n.health().size() == 2);
    CHECK_THAT(n.health()[0].why, Catch::Matchers::ContainsSubstring("supply voltage"));
    CHECK_THAT(n.health()[1].why, Catch::Matchers::ContainsSubstring("Input/output error"));
}

TEST_CASE("85 degrees are not accepted of a chip that was away: it may have been without power") {
    const tree w1;
    const std::string chip = "10-0000010ef000", file = chip + "/w1_slave";
    w1.put(file, hot);
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    w1.put(file, hotter);
    REQUIRE(n.collect());
    CHECK(n.last("temperature").value == 85);
    w1.remove(chip);
    REQUIRE(n.collect());
    w1.put(file, hotter);
    REQUIRE(n.collect());
    CHECK(n.last("temperature").quality == releve::quality::absent);
    CHECK(n.last("up", {{"channel", chip}}).value == 1);
}

TEST_CASE("one conversion for all, also beside a bus without a thermometer") {
    const tree w1;
    w1.put("w1_bus_master1/w1_master_slave_count", "0\n");
    w1.put("w1_bus_master2/therm_bulk_read", "0\n");
    w1.put(id + "/w1_slave", warm);
    node n{plugin{}, "onewire", w1.toml() + "simultaneous = \"on\""};
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(w1.get("w1_bus_master2/therm_bulk_read") == "trigger\n");
    CHECK(n.last("temperature").value == 19.437);
}

TEST_CASE("one conversion for all where no thermometer is parasite-powered") {
    for (const char* external : {"1\n", "0\n"}) {
        const tree w1;
        w1.put("w1_bus_master1/therm_bulk_read", "0\n");
        for (const char* last : {"1", "2", "3", "4"}) {
            const auto one = std::string{"28-00000000000"} + last;
            w1.put(one + "/w1_slave", warm);
            w1.put(one + "/ext_power", last == std::string{"4"} ? external : "1\n");
        }
        node n{plugin{}, "onewire", w1.toml()};
        REQUIRE(n.start());
        REQUIRE(n.collect());
        CHECK(n.emitted("temperature").size() == 4);
        CHECK((w1.get("w1_bus_master1/therm_bulk_read") == "trigger\n") == (external[0] == '1'));
    }
}

TEST_CASE("a folder that is not there is lost, and back") {
    const tree w1;
    node n{plugin{}, "onewire", "w1 = \"/nowhere/w1\""};
    CHECK(n.probe().transient());
    REQUIRE(n.start());
    REQUIRE(n.collect());
    CHECK(n.last("up").value == 0);
    CHECK(n.up("/nowhere/w1") == false);
}

TEST_CASE("a counter that the kernel prints as -1 is suspect: so reads a bus on which nothing answers") {
    const std::string line =
        "00 02 00 00 00 00 00 00 00 6d 38 00 ff ff 00 00 fe ff 00 00 ff ff 00 00 ff ff 00 00 ff ff ff ff "
        "ff ff ff ff ff ff ff ff ff ff crc=YES c=";
    const tree w1;
    const auto with = [&](const std::string& a) {
        w1.put("1d-00000000000a/w1_slave", line + "1\n" + line + "2\n" + line + a + "\n" + line + "7\n");
    };
    node n{plugin{}, "onewire", w1.toml()};
    REQUIRE(n.start());
    std::vector<releve::quality> grades;
    for (const auto* next : {"12345", "-1", "12346", "-2"}) {
        with(next);
        REQUIRE(n.collect());
        grades.push_back(n.last("pulse_count", {{"channel", "1d-00000000000a.A"}}).quality);
    }
    CHECK(grades[0] == releve::quality::good);
    CHECK(grades[1] == releve::quality::suspect);
    CHECK(grades[2] == releve::quality::good);
    CHECK(n.last("pulse_count", {{"channel", "1d-00000000000a.B"}}).quality == releve::quality::good);
    CHECK(n.logs("value_rejected").size() == 1);
}
