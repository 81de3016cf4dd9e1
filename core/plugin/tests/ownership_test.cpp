// SPDX-License-Identifier: Apache-2.0
#include "plugin/catalogue.hpp"
#include "plugin/ownership.hpp"
#include "plugin_files.hpp"

#include <releve/testing/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

using namespace releve::core;
using Catch::Matchers::ContainsSubstring;

namespace {

struct owned_folder {
    std::filesystem::path path;
    owned_folder() {
        auto name = (std::filesystem::temp_directory_path() / "releve-owned-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
        std::filesystem::copy_file(std::filesystem::path{LOADING_TEST_PLUGINS} / "plain.so", path / "plain.so");
        set(0755, 0644);
    }
    ~owned_folder() { std::filesystem::remove_all(path); }
    owned_folder(const owned_folder&) = delete;
    owned_folder& operator=(const owned_folder&) = delete;
    void set(mode_t folder, mode_t file) const {
        CHECK(chmod(path.c_str(), folder) == 0);
        CHECK(chmod((path / "plain.so").c_str(), file) == 0);
    }
};

} // namespace

TEST_CASE("as root, only what root alone can write is loaded; as another user, anything") {
    const owned_folder in;
    const auto file = in.path / "plain.so";
    const bool root = geteuid() == 0;
    if (root) CHECK(why_not_trusted(file, 0).empty());
    in.set(0777, 0664);
    CHECK(why_not_trusted(file, 1000).empty());
    CHECK(why_not_trusted(in.path, 1000).empty());
    if (!root) {
        CHECK_THAT(why_not_trusted(file, 0), ContainsSubstring("belongs to user"));
        return;
    }
    CHECK_THAT(why_not_trusted(in.path, 0),
               ContainsSubstring("others can write to it (mode 0777), and a host that runs as root"));
    CHECK_THAT(why_not_trusted(file, 0), ContainsSubstring("(mode 0664)"));

    const auto refused = [&] {
        const catalogue all{{in.path}};
        CHECK(all.plugins().empty());
        REQUIRE(all.refused().size() == 1);
        return all.refused()[0].why;
    };
    CHECK_THAT(refused(), ContainsSubstring(in.path.string() + ": others can write to it"));
    in.set(0755, 0664);
    CHECK_THAT(refused(), ContainsSubstring("plain.so: others can write to it"));
    in.set(0755, 0644);
    CHECK(chown(file.c_str(), 1000, 0) == 0);
    CHECK_THAT(refused(), ContainsSubstring("plain.so: belongs to user 1000"));
    CHECK(chown(file.c_str(), 0, 0) == 0);
    const catalogue all{{in.path}};
    CHECK(all.plugins().size() == 1);
}
