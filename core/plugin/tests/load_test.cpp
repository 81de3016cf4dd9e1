// SPDX-License-Identifier: Apache-2.0
#include "plugin_files.hpp"

#include <releve/testing/catch.hpp>

#include <algorithm>
#include <fstream>

using namespace releve::core;
using namespace releve::core::tests;
namespace fs = std::filesystem;

namespace {

bool mapped(const fs::path& file) {
    std::ifstream maps("/proc/self/maps");
    const std::string all{std::istreambuf_iterator<char>(maps), {}};
    return all.find(file.string()) != std::string::npos;
}

} // namespace

TEST_CASE("a card is read from the file, without loading it") {
    const plugin_folder folder;
    const auto card = read_card(folder.copy("plain"));
    CHECK(card.file == folder.path() / "plain.so");
    CHECK(card.abi_major == RELEVE_ABI_MAJOR);
    CHECK(card.abi_minor == RELEVE_ABI_MINOR);
    CHECK(card.name == "plain");
    CHECK(card.version == "1.0.0");
    CHECK(card.licence == "Apache-2.0");
    REQUIRE(card.components.size() == 1);
    CHECK(card.components[0].name == "plain_source");
    CHECK(card.components[0].roles == RELEVE_MAKES);
    CHECK_FALSE(mapped(card.file));
}

TEST_CASE("only files that are needed are mapped, once") {
    const plugin_folder folder;
    const auto plain = folder.copy("plain"), other = folder.copy("describes_badly");
    folder.write("notes.txt", "no plugin, and not called one");
    catalogue plugins({folder.path()});
    CHECK(plugins.refused().empty());
    CHECK(plugins.component_names() ==
          std::vector<std::string>{"borrows", "deaf", "forgets_size", "forgets_size_of_field", "plain_source", "right",
                                   "shared_line", "silent", "streams", "takes_a_host_key", "throws"});
    CHECK_FALSE(mapped(plain));

    const auto& source = plugins.load("plain_source");
    CHECK(mapped(plain));
    CHECK_FALSE(mapped(other));
    CHECK(source.makes());
    CHECK_FALSE(source.takes());
    CHECK_FALSE(source.connection());
    CHECK(source.plugin.name == "plain");
    REQUIRE(source.options.size() == 1);
    CHECK(source.options[0].key == "count");
    CHECK(source.options[0].fallback == "3");
    CHECK(&plugins.load("plain_source") == &source);

    catalogue again({folder.path()});
    CHECK(again.load("plain_source").abi == source.abi);
    CHECK(again.load("shared_line").connection());
    CHECK(again.load("shared_line").options.empty());
}

TEST_CASE("a mapped file stays mapped, also after its catalogue") {
    const plugin_folder folder;
    const auto file = folder.copy("plain");
    const releve_component* abi = nullptr;
    {
        catalogue plugins({folder.path()});
        abi = plugins.load("plain_source").abi;
    }
    REQUIRE(mapped(file));
    void* self = nullptr;
    CHECK(abi->create(nullptr, nullptr, &self) == RELEVE_OK);
    CHECK(abi->collect(self) == RELEVE_OK);
}

TEST_CASE("folders: the first wins, the same one counts once, a missing one is ignored") {
    const plugin_folder first, second;
    first.copy("plain");
    second.copy("twin");
    const catalogue plugins({first.path(), first.path() / "nowhere", second.path(), first.path() / "." / ""});
    CHECK(plugins.folders().size() == 3);
    REQUIRE(plugins.plugins().size() == 1);
    CHECK(plugins.plugins()[0].file == first.path() / "plain.so");
    CHECK(plugins.refused().size() == 1);
}

TEST_CASE("a relative folder becomes an absolute one") {
    const plugin_folder folder;
    folder.copy("plain");
    catalogue plugins({fs::relative(folder.path())});
    REQUIRE(plugins.plugins().size() == 1);
    CHECK(plugins.plugins()[0].file == folder.path() / "plain.so");
    CHECK_NOTHROW(plugins.load("plain_source"));
}

TEST_CASE("the environment names the folders") {
    ::setenv("RELEVE_PLUGINS", "/one::/two/three:", 1);
    CHECK(default_plugin_folders() == std::vector<fs::path>{"/one", "/two/three"});
    ::unsetenv("RELEVE_PLUGINS");
    CHECK(default_plugin_folders().size() == 1);
    CHECK(default_plugin_folders()[0].is_absolute());
}
