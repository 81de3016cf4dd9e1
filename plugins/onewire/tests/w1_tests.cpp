// SPDX-License-Identifier: Apache-2.0
// A tree such as the kernel makes.
#include <releve/testing/catch.hpp>
#include <releve/testing/testing.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>
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
    std::string toml() const { return "w1 = \"" + folder_.string() + "\"\n"; }

private:
    fs::path folder_;
};

const std::string warm = "37 01 4b 46 7f ff 09 10 26 : crc=26 YES\n37 01 4b 46 7f ff 09 10 26 t=19437\n";
const std::string power_on = "50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n";
const std::string failed = "37 01 4b 46 7f ff 09 10 ff : crc=26 NO\n37 01 4b 46 7f ff 09 10 26 t=19437\n";
const std::string id = "28-0002d7280000";

} // namespace

TEST_CASE("the kernel's chips") {
    const tree w1;
    w1.put(id + "/w1_slave", warm);
    w1.put("26-000001590aa6/temperature", "6400\n"); // 25 degrees
    w1.put("26-000001590aa6/vad", "235\n");
    w1.put("26-000001590aa6/vdd", "500\n");
    w1.put("29-0005d6290000/output", "\xfe");
    w1.put("29-0005d6290000/state", "\x03");
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
    CHECK(n.emitted("up").size() == 4);
    CHECK(n.misbehaviour().empty());
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

TEST_CASE("a reading that fails gives no old value, and is said once") {
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
    w1.remove(id);
    REQUIRE(n.collect());
    CHECK(n.emitted("temperature").empty());
    CHECK(n.emitted("up", {{"channel", id}}).size() == 4);
    CHECK(n.last("up", {{"channel", id}}).value == 0);
    REQUIRE(n.health().size() == 1);
    w1.put(id + "/w1_slave", warm);
    n.forget();
    REQUIRE(n.collect());
    CHECK(n.last("temperature").value == 19.437);
    REQUIRE(n.health().size() == 1);
    CHECK(n.health()[0].up);
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
