// SPDX-License-Identifier: Apache-2.0
#include "wiring.hpp"

#include "words.hpp"

#include <releve/kit/text/pattern.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace releve::core {

using options::in_quotes;
using enum section_kind;

namespace {

bool takes(const read_node& one) { return one.node.kind == transform || one.node.kind == sink; }

/// A component that is unknown or misplaced counts as making records: its own mistake has been reported.
bool makes(const read_node& one) {
    return one.misplaced || one.node.kind == source || one.node.kind == transform ||
           (one.node.kind == sink && (one.node.component == nullptr || one.node.component->makes()));
}

constexpr std::size_t max_pattern = 256; // bytes of an input

std::string who(const read_node& one) { return std::string(word_of(one.node.kind)) + " " + in_quotes(one.node.name); }

class wiring {
public:
    wiring(std::vector<read_node>& nodes, const std::vector<found_section>& connections, problems& found)
        : nodes_(nodes)
        , connections_(connections)
        , found_(found)
        , probable_inputs_(nodes.size())
        , feeds_(nodes.size(), false) {
        for (std::size_t i = 0; i < nodes.size(); ++i) first_of_.emplace(nodes[i].node.name, i);
    }

    void run() {
        for (std::size_t taker = 0; taker < nodes_.size(); ++taker)
            if (takes(nodes_[taker]) || nodes_[taker].misplaced) resolve(taker);
        report_cycles();
        report_dead_ends();
    }

private:
    void resolve(std::size_t taker);
    void resolve_name(std::size_t taker, const input_item& input);
    void add_edge(std::size_t taker, std::size_t maker, const options::position& at);
    std::vector<std::string> makers(std::size_t but) const;
    std::optional<std::size_t> find(std::string_view name) const;
    void report_cycles();
    bool walk(std::size_t node, std::vector<int>& seen, std::vector<std::size_t>& path);
    void report_cycle(std::vector<std::size_t> upstream);
    void report_dead_ends();

    struct edge {
        std::size_t taker, maker;
        options::position at;
    };

    std::vector<read_node>& nodes_;
    const std::vector<found_section>& connections_;
    problems& found_;
    std::vector<edge> edges_;
    std::unordered_set<std::size_t> taken_;                      // inputs of the node that is being resolved
    std::vector<std::vector<std::size_t>> probable_inputs_;      // nodes that a misspelt name is near to
    std::unordered_map<std::string_view, std::size_t> first_of_; // by name
    std::vector<bool> feeds_;                                    // leads to a sink, or is in a cycle that was reported
};

std::optional<std::size_t> wiring::find(std::string_view name) const {
    const auto at = first_of_.find(name);
    return at == first_of_.end() ? std::nullopt : std::optional{at->second};
}

std::vector<std::string> wiring::makers(std::size_t but) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (i != but && makes(nodes_[i])) names.push_back(nodes_[i].node.name);
    return names;
}

void wiring::add_edge(std::size_t taker, std::size_t maker, const options::position& at) {
    if (!taken_.insert(maker).second) return;
    nodes_[taker].node.inputs.push_back(maker);
    edges_.push_back({taker, maker, at});
}

void wiring::resolve(std::size_t taker) {
    const auto& node = nodes_[taker];
    taken_.clear();
    if (!node.has_inputs && !node.misplaced) {
        std::string example;
        const auto names = makers(taker);
        const bool many = names.size() > 1;
        constexpr std::size_t few = 12;
        for (std::size_t i = 0; i < names.size() && i < few; ++i)
            example += (example.empty() ? "\"" : ", \"") + names[i] + "\"";
        found_.push_back(
            {node.node.where, who(node) + " has no inputs",
             example.empty() ? "" : "add 'inputs = [" + example + "]'" + (many ? ", or some of them" : "")});
    }
    std::unordered_set<std::string_view> seen;
    for (const auto& input : node.inputs) {
        if (!seen.insert(input.name).second) continue;
        if (input.name.size() > max_pattern) {
            found_.push_back({input.at,
                              "an input has " + std::to_string(input.name.size()) + " bytes, and at most " +
                                  std::to_string(max_pattern) + " are allowed",
                              {}});
            continue;
        }
        if (!kit::has_wildcards(input.name)) {
            resolve_name(taker, input);
            continue;
        }
        if (auto wrong = kit::problem_of_pattern(input.name); !wrong.empty()) {
            found_.push_back({input.at, "input " + in_quotes(input.name) + " " + wrong, {}});
            continue;
        }
        bool any = false;
        for (std::size_t maker = 0; maker < nodes_.size(); ++maker) {
            if (maker == taker || !makes(nodes_[maker]) || !kit::matches(input.name, nodes_[maker].node.name)) continue;
            add_edge(taker, maker, input.at);
            any = true;
        }
        if (!any)
            found_.push_back({input.at, "input " + in_quotes(input.name) + " matches no node that makes records",
                              options::did_you_mean({}, makers(taker))});
    }
}

void wiring::resolve_name(std::size_t taker, const input_item& input) {
    const auto maker = find(input.name);
    if (maker && makes(nodes_[*maker])) return add_edge(taker, *maker, input.at);
    if (maker) {
        found_.push_back(
            {input.at, who(nodes_[*maker]) + " makes no records", options::did_you_mean({}, makers(taker))});
        return;
    }
    if (found_.size() >= max_shown) { // no guess of what was meant: nobody sees it
        found_.push_back({input.at, "there is no node " + in_quotes(input.name), {}});
        return;
    }
    const auto names = makers(taker);
    if (const auto near = find(options::nearest(input.name, names))) probable_inputs_[taker].push_back(*near);
    const bool connection =
        std::any_of(connections_.begin(), connections_.end(), [&](const auto& one) { return one.name == input.name; });
    found_.push_back({input.at,
                      connection ? in_quotes(input.name) + " is a connection, which makes no records"
                                 : "there is no node " + in_quotes(input.name),
                      options::did_you_mean(input.name, names)});
}

void wiring::report_cycles() {
    std::vector<int> seen(nodes_.size(), 0); // 1: on the path; 2: done
    std::vector<std::size_t> path;
    for (std::size_t node = 0; node < nodes_.size(); ++node) walk(node, seen, path);
}

/// Follows the inputs upstream. True when a cycle through `node` has been reported: one is enough.
bool wiring::walk(std::size_t node, std::vector<int>& seen, std::vector<std::size_t>& path) {
    if (seen[node] == 2) return false;
    if (seen[node] == 1) {
        report_cycle({std::find(path.begin(), path.end(), node), path.end()});
        return true;
    }
    seen[node] = 1;
    path.push_back(node);
    bool reported = false;
    for (const auto maker : nodes_[node].node.inputs) reported = reported || walk(maker, seen, path);
    path.pop_back();
    seen[node] = 2;
    return reported;
}

/// `upstream`: each node is followed by one of its inputs, and the last one's input is the first.
void wiring::report_cycle(std::vector<std::size_t> upstream) {
    std::reverse(upstream.begin(), upstream.end());
    std::rotate(upstream.begin(), std::min_element(upstream.begin(), upstream.end()), upstream.end());
    std::string spelled;
    for (const auto node : upstream) {
        spelled += nodes_[node].node.name + " -> ";
        feeds_[node] = true;
    }
    spelled += nodes_[upstream.front()].node.name;
    const auto closing = std::find_if(edges_.begin(), edges_.end(), [&](const edge& one) {
        return one.taker == upstream.front() && one.maker == upstream.back();
    });
    found_.push_back({closing->at, "records would circulate for ever: " + spelled, "remove one of these inputs"});
}

void wiring::report_dead_ends() {
    std::vector<std::size_t> upstream;
    for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (feeds_[i] || nodes_[i].misplaced || nodes_[i].node.kind == sink) upstream.push_back(i);
    while (!upstream.empty()) {
        const auto node = upstream.back();
        upstream.pop_back();
        feeds_[node] = true;
        for (const auto* inputs : {&nodes_[node].node.inputs, &probable_inputs_[node]})
            for (const auto maker : *inputs)
                if (!feeds_[maker]) {
                    feeds_[maker] = true;
                    upstream.push_back(maker);
                }
    }
    const bool any_sink =
        std::any_of(nodes_.begin(), nodes_.end(), [](const auto& one) { return one.node.kind == sink; });
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto& one = nodes_[i];
        if (feeds_[i] || one.misplaced || find(one.node.name) != i) continue;
        found_.push_back({one.node.where, who(one) + " feeds no sink",
                          any_sink ? "name it in the 'inputs' of a sink, or of a transform that feeds one"
                                   : "add a [sink.NAME] with 'inputs = [\"" + one.node.name + "\"]'"});
    }
}

} // namespace

void wire(std::vector<read_node>& nodes, const std::vector<found_section>& connections, problems& found) {
    wiring(nodes, connections, found).run();
}

} // namespace releve::core
