// SPDX-License-Identifier: Apache-2.0
#include "components.hpp"

#include "components/connections.hpp"
#include "components/sinks.hpp"
#include "components/sources.hpp"
#include "components/transforms.hpp"

#include <stdlib.h>

#include <map>
#include <stdexcept>
#include <utility>

namespace testbed {

std::atomic<bool> released{false};
std::int64_t next_call_timeout = 60'000'000'000;

namespace {

std::mutex mutex;
std::map<std::string, std::vector<seen>> shelves;
std::vector<std::string> events;

} // namespace

folder::folder() {
    auto name = (std::filesystem::temp_directory_path() / "releve-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp: " + name);
    path = name;
}

folder::~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

std::vector<seen> stored(const std::string& node) {
    const std::lock_guard lock{mutex};
    return shelves[node];
}

void store(const std::string& node, std::vector<seen> records) {
    const std::lock_guard lock{mutex};
    auto& shelf = shelves[node];
    shelf.insert(shelf.end(), std::make_move_iterator(records.begin()), std::make_move_iterator(records.end()));
}

std::vector<std::string> happened() {
    const std::lock_guard lock{mutex};
    return events;
}

void happens(const std::string& what) {
    const std::lock_guard lock{mutex};
    events.push_back(what);
}

void forget_all() {
    const std::lock_guard lock{mutex};
    shelves.clear();
    events.clear();
}

} // namespace testbed

RELEVE_PLUGIN("testbed", "1.0.0", releve::component<testbed::beat>("beat"), releve::component<testbed::flood>("flood"),
              releve::component<testbed::odd>("odd"), releve::component<testbed::late>("late"),
              releve::component<testbed::hang>("hang"), releve::component<testbed::store_sink>("store"),
              releve::component<testbed::faulty>("faulty"), releve::component<testbed::echo>("echo"),
              releve::component<testbed::twice>("twice"), releve::component<testbed::pass>("pass"),
              releve::component<testbed::minutes>("minutes"), releve::component<testbed::rude>("rude"),
              releve::component<testbed::rereads>("rereads"), releve::component<testbed::hundreds>("hundreds"),
              releve::component<testbed::steps>("steps"), releve::component<testbed::line>("line"),
              releve::component<testbed::sizes>("sizes"), releve::component<testbed::stays>("stays"),
              releve::component<testbed::stuck>("stuck"), releve::component<testbed::meters>("meters"),
              releve::component<testbed::lawless>("lawless"), releve::component<testbed::throws_up>("throws_up"),
              releve::component<testbed::slow_and_fast>("slow_and_fast"))

namespace testbed {
void add_components(releve::core::catalogue& to) { to.add(releve_plugin); }
} // namespace testbed
