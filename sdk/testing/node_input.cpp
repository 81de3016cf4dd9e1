// SPDX-License-Identifier: Apache-2.0
// The input of transforms and sinks.
#include "node_member.hpp"
#include "records_block.hpp"

#include <algorithm>

namespace releve::testing {

std::shared_ptr<received_batch> node::member::receive(const records& in) {
    auto made = std::make_shared<received_batch>();
    made->records = in.shared()->records;
    made->text = in.shared()->text;
    made->seal();
    const std::lock_guard lock{world.mutex};
    for (const auto& one : made->records) received_series.insert(one.series);
    received.emplace(&made->c, made);
    return made;
}

void node::member::let_go(const releve_batch* batch) {
    const std::lock_guard lock{world.mutex};
    if (const auto found = received.find(batch); found != received.end() && found->second->retained == 0)
        received.erase(found);
}

outcome node::process(const records& in) {
    auto& m = *member_;
    if (m.component.process == nullptr)
        throw std::logic_error("component '" + m.component_name + "' is not a transform");
    const auto batch = m.receive(in);
    auto answer = world_->call(*m.thread, m, phase::process, [&] { return m.component.process(m.self, &batch->c); });
    m.let_go(&batch->c);
    return answer;
}

namespace {

/// After write: pending means written if write returned RELEVE_OK, else kept.
void settle_answers(fake& of, delivered& one, bool succeeded) {
    for (std::size_t i = 0; i < one.answers.size(); ++i) {
        auto& answer = one.answers[i];
        if (answer == RELEVE_ANSWER_PENDING) answer = succeeded ? RELEVE_ANSWER_WRITTEN : RELEVE_ANSWER_KEEP;
        if (answer > RELEVE_ANSWER_KEEP) of.misbehaves("the answer for a record is not one of the contract's");
        if (answer == RELEVE_ANSWER_REJECTED && one.reasons[i].empty())
            of.misbehaves("a record is rejected without releve_host.reject, so without a reason");
    }
}

bool has_kept(const delivered& one) { return std::ranges::find(one.answers, RELEVE_ANSWER_KEEP) != one.answers.end(); }

writing deliver(site::world& world, node::member& m, std::vector<delivered> group) {
    std::vector<releve_delivery> c(group.size());
    std::vector<const releve_delivery*> pointers;
    {
        const std::lock_guard lock{world.mutex};
        for (std::size_t i = 0; i < group.size(); ++i) {
            auto& one = group[i];
            std::ranges::replace(one.answers, std::uint8_t{RELEVE_ANSWER_KEEP}, std::uint8_t{RELEVE_ANSWER_PENDING});
            c[i] = {sizeof c[i], ++one.attempt, one.id, &one.batch->c, one.answers.data()};
            pointers.push_back(&c[i]);
            m.deliveries[&c[i]] = one.reasons;
        }
    }
    writing made;
    releve_status status = RELEVE_OK; // also when asked to stop, which is not a failure: pending records are then kept
    static_cast<outcome&>(made) = world.call(*m.thread, m, phase::write, [&] {
        return status = m.component.write(m.self, pointers.data(), static_cast<std::uint32_t>(pointers.size()));
    });
    {
        const std::lock_guard lock{world.mutex};
        for (std::size_t i = 0; i < group.size(); ++i) {
            auto& one = group[i];
            one.reasons = std::move(m.deliveries[&c[i]]);
            settle_answers(m, one, status == RELEVE_OK);
            for (std::size_t k = 0; k < one.answers.size(); ++k)
                made.answers.push_back({static_cast<verdict>(one.answers[k]), one.reasons[k]});
        }
        m.deliveries.clear();
    }
    for (auto& one : group) {
        if (has_kept(one))
            m.kept.push_back(std::move(one));
        else
            m.let_go(&one.batch->c);
    }
    return made;
}

} // namespace

writing node::write(const records& in) { return write(std::vector{in}); }

writing node::write(const std::vector<records>& all, std::uint64_t first) {
    auto& m = *member_;
    if (m.component.write == nullptr) throw std::logic_error("component '" + m.component_name + "' is not a sink");
    std::vector<delivered> group;
    auto number = first != 0 ? first : m.deliveries_so_far + 1;
    for (const auto& in : all) {
        auto batch = m.receive(in);
        const auto count = batch->records.size();
        group.push_back({std::move(batch), std::vector<std::uint8_t>(count, RELEVE_ANSWER_PENDING),
                         std::vector<std::string>(count), number++, 0});
    }
    m.deliveries_so_far = std::max(m.deliveries_so_far, number - 1);
    return deliver(*world_, m, std::move(group));
}

writing node::write_kept() { return deliver(*world_, *member_, std::exchange(member_->kept, {})); }

} // namespace releve::testing
