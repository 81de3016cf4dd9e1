// SPDX-License-Identifier: Apache-2.0
// From a pipeline file to nodes that are wired: what the start and a reload have in common.
#pragma once
#include "graph.hpp"
#include "spool/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace releve::core {

class assembly {
public:
    /// `kept`: nullptr where nothing is kept.
    assembly(services& shared, core::graph& nodes, core::store* kept)
        : shared_{shared}
        , graph_{nodes}
        , store_{kept} {}

    /// Makes what does not run yet as the file has it, beside what runs. `keeps` keeps the file alive as long as its
    /// nodes.
    change make(pipeline_file& file, const std::shared_ptr<const void>& keeps);
    /// Of sinks and transforms, before adopt(): what was committed of them, in an earlier run too, and their spools.
    void prepare_takers(const node_list& made);
    /// [router, or before it runs] From now on the pipeline is what `to` has. The transforms that it leaves have
    /// stopped.
    void adopt(const change& to);
    /// Of sources, before they start: what was committed of them.
    void recall_sources(const node_list& made);

private:
    void make(change& to, pipeline_file& file, const std::shared_ptr<const void>& keeps);
    void drop(change& to);
    std::shared_ptr<node> make_node(node_section& section, const node_list& connections,
                                    const std::shared_ptr<const void>& keeps, std::vector<refusal>& refused);
    void recall(const node_list& some, bool takers);
    void take_over_from(const change& to, node& one);
    void adopt_queue(node& one, node* before);
    void give_up(node& one);

    services& shared_;
    core::graph& graph_;
    core::store* const store_;
    std::map<std::string, std::unique_ptr<spool>, std::less<>> spools_; // by sink
};

} // namespace releve::core
