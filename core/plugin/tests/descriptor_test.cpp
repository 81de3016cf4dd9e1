// SPDX-License-Identifier: Apache-2.0
// Bad descriptors that compile, added by the program itself.
#include "plugin_files.hpp"

#include <releve/testing/catch.hpp>

using namespace releve::core;
using namespace releve::core::tests;

namespace {

constexpr releve_string text(std::string_view literal) { return {literal.data(), literal.size()}; }

releve_status create(const releve_host*, releve_context*, void**) noexcept { return RELEVE_OK; }
releve_status work(void*) noexcept { return RELEVE_OK; }
releve_status process(void*, const releve_batch*) noexcept { return RELEVE_OK; }
releve_status write(void*, const releve_delivery* const*, std::uint32_t) noexcept { return RELEVE_OK; }
void destroy(void*) noexcept {}

releve_component component_with(std::uint32_t roles) {
    releve_component c{};
    c.size = sizeof c;
    c.roles = roles;
    c.name = text("thing");
    c.summary = text("A thing");
    c.create = create;
    c.destroy = destroy;
    return c;
}

struct offer {
    releve_component thing = component_with(RELEVE_MAKES);
    const releve_component* components[2] = {&thing, &thing};
    releve_plugin_descriptor plugin{};

    offer() {
        thing.collect = work;
        plugin.size = sizeof plugin;
        plugin.magic = RELEVE_MAGIC;
        plugin.abi_major = RELEVE_ABI_MAJOR;
        plugin.abi_minor = RELEVE_ABI_MINOR;
        plugin.name = text("things");
        plugin.version = text("1.0.0");
        plugin.components = components;
        plugin.component_count = 1;
    }
    offer(const offer&) = delete;
    offer& operator=(const offer&) = delete;

    std::string refusal() const {
        catalogue plugins({});
        return refusal_of([&] { plugins.add(plugin); });
    }
};

std::string sentence(const std::string& what) {
    return "the program: " + what + ": build it again with the SDK, which gets this right";
}

// Whether a component with these roles and functions is accepted.
bool taken(std::uint32_t roles, std::string_view functions) {
    offer it;
    it.thing = component_with(roles);
    if (functions.find('c') != std::string_view::npos) it.thing.collect = work;
    if (functions.find('r') != std::string_view::npos) it.thing.run = work;
    if (functions.find('p') != std::string_view::npos) it.thing.process = process;
    if (functions.find('w') != std::string_view::npos) it.thing.write = write;
    return it.refusal() == "no load_error";
}

} // namespace

TEST_CASE("a plugin of the program is loaded like one from a file") {
    const offer it;
    catalogue plugins({});
    plugins.add(it.plugin);
    REQUIRE(plugins.find("thing") != nullptr);
    CHECK(plugins.load("thing").abi == &it.thing);
    CHECK(plugins.plugins()[0].file == "plugin things of the program");
    CHECK(refusal_of([&] { plugins.add(it.plugin); }) == "plugin things of the program: has the component 'thing', "
                                                         "which this host already has from plugin things of the "
                                                         "program: remove one of the two files");
}

TEST_CASE("functions that fit the roles, and no others") {
    // c: collect, r: run, p: process, w: write
    for (const std::string_view functions :
         {"", "c", "r", "p", "w", "cr", "cp", "cw", "rp", "rw", "pw", "crp", "crw", "cpw", "rpw", "crpw"}) {
        CAPTURE(functions);
        CHECK(taken(RELEVE_MAKES, functions) == (functions == "c" || functions == "r"));
        CHECK(taken(RELEVE_TAKES, functions) == (functions == "w"));
        CHECK(taken(RELEVE_MAKES | RELEVE_TAKES, functions) ==
              (functions == "p" || functions == "w" || functions == "cw"));
        CHECK(taken(RELEVE_CONNECTION, functions) == functions.empty());
        for (const auto roles : {0u, 5u, 6u, 7u, 8u, 9u}) CHECK_FALSE(taken(roles, functions));
    }
}

TEST_CASE("why functions do not fit the roles") {
    offer it;
    it.thing.run = work;
    CHECK(it.refusal() ==
          sentence("its component 'thing' makes records, for which the contract requires either collect or run"));
    it.thing.create = nullptr;
    CHECK(it.refusal() == sentence("its component 'thing' has no create or no destroy"));
}

TEST_CASE("wrong majors and minors") {
    offer it;
    it.plugin.abi_minor = 7;
    CHECK(it.refusal() ==
          "the program: needs plugin contract 1.7, and this host (releve 0.1.0) has 1.0: install a host that "
          "has it, or build plugin things against this host's SDK");
    it.plugin.abi_major = 2;
    it.plugin.name = {reinterpret_cast<const char*>(8), 1 << 30}; // must not be read: major 2 may have it elsewhere
    CHECK(it.refusal() ==
          "the program: needs plugin contract 2.7, and this host (releve 0.1.0) has 1.0: install a host that "
          "has it, or build it against this host's SDK");
}

TEST_CASE("sizes, names and counts") {
    offer it;
    SECTION("descriptor") {
        it.plugin.size = GENERATE(0u, 8u, 79u);
        CHECK(it.refusal() == sentence("the size of the releve_plugin_descriptor is " + std::to_string(it.plugin.size) +
                                       ", and contract 1.0 has 80 bytes: set it to sizeof(releve_plugin_descriptor)"));
    }
    SECTION("component") {
        it.thing.size = GENERATE(0u, 16u, 135u);
        CHECK(it.refusal() ==
              sentence("its component number 1: the size of the releve_component is " + std::to_string(it.thing.size) +
                       ", and contract 1.0 has 136 bytes: set it to sizeof(releve_component)"));
    }
    SECTION("later structs are larger") {
        it.plugin.size += 64;
        it.thing.size += 64;
        CHECK(it.refusal() == "no load_error");
    }
    SECTION("no components") {
        it.plugin.component_count = 0;
        CHECK(it.refusal() == sentence("its descriptor has 0 components, and a plugin has 1 to 256"));
    }
    SECTION("a null component") {
        it.components[0] = nullptr;
        CHECK(it.refusal() == sentence("its component number 1 is a null pointer"));
    }
    SECTION("twice the same") {
        it.plugin.component_count = 2;
        CHECK(it.refusal() == sentence("it has two components named 'thing'"));
    }
    SECTION("names") {
        it.thing.name = text("Thing");
        CHECK(it.refusal() == sentence("its component number 1 has no valid name (lower case, digits and '_')"));
        it.plugin.name = text("my things");
        CHECK(it.refusal() == sentence("its descriptor has no valid name (lower case, digits and '-')"));
    }
    SECTION("texts") {
        it.thing.summary = {nullptr, 5};
        CHECK(it.refusal() == sentence("its component 'thing' has no summary"));
        it.plugin.licence = text("two\nlines");
        CHECK(it.refusal() == sentence("its descriptor has no valid licence (an SPDX identifier)"));
        it.plugin.version = {};
        CHECK(it.refusal() == sentence("its descriptor has no valid version (1 to 64 printable characters)"));
    }
}
