// SPDX-License-Identifier: Apache-2.0
// Calls a component's describe.
#include "described.hpp"
#include "table.hpp"
#include "world.hpp"

namespace releve::testing {

namespace {

releve_status option(releve_context* c, const releve_option* what) noexcept {
    const locked_fake node{c};
    if (entry::where() != phase::describe || node->listening == nullptr) return node.forbid("option is for describe");
    auto& into = *node->listening;
    if (auto why = options::size_problem(what); !why.empty()) {
        into.mistakes.push_back(why);
        return refuse(std::move(why));
    }
    auto made = options::copy_of(*what);
    if (auto why = options::refusal(made, into.options); !why.empty()) {
        into.mistakes.push_back("option '" + made.key + "': " + why);
        return refuse(std::move(why));
    }
    into.options.push_back(std::move(made));
    return RELEVE_OK;
}

} // namespace

void add_description_function(releve_host& table) { table.option = option; }

const described& plugin::state::describe(const releve_component& of) {
    const std::string name{view(of.name)};
    if (const auto known = descriptions.find(name); known != descriptions.end()) return *known->second;
    auto made = std::make_shared<described>();
    if (of.describe != nullptr) {
        const plugin none(std::initializer_list<releve_component>{});
        const auto world = std::make_shared<site::world>(none, setup{});
        const auto listener = std::make_shared<fake>(*world, fake::part::description, name, of);
        listener->listening = made.get();
        const auto answer = world->call(*world->common_worker, *listener, phase::describe,
                                        [&] { return of.describe(&host_table(), listener->context()); });
        listener->listening = nullptr;
        if (!answer && made->mistakes.empty())
            made->mistakes.push_back("describe failed: " + (answer.why.empty() ? "it gave no reason" : answer.why));
        made->mistakes.insert(made->mistakes.end(), listener->misbehaviour.begin(), listener->misbehaviour.end());
    }
    return *descriptions.emplace(name, std::move(made)).first->second;
}

std::vector<std::string> plugin::description_mistakes(std::string_view component_name) const {
    return state_->describe(component(component_name)).mistakes;
}

} // namespace releve::testing
