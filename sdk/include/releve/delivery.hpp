// SPDX-License-Identifier: Apache-2.0
// A batch as a sink gets it, and the sink's answer for each record.
#ifndef RELEVE_DELIVERY_HPP
#define RELEVE_DELIVERY_HPP
#include <releve/context.hpp>

#include <cstddef>

namespace releve {

/// Records answered in an earlier attempt are not pending: skip them. What is left pending counts as written when write
/// returns, and as kept when it throws.
class delivery {
public:
    delivery(context& host, const releve_delivery* c) noexcept
        : context_{&host}
        , c_{c} {}
    batch records() const noexcept { return batch{c_->batch}; }
    std::size_t size() const noexcept { return c_->batch->count; }
    record operator[](std::size_t i) const noexcept { return records()[i]; }
    bool pending(std::size_t i) const noexcept { return c_->answers[i] == RELEVE_ANSWER_PENDING; }

    void written(std::size_t i) const noexcept { c_->answers[i] = RELEVE_ANSWER_WRITTEN; }
    /// Deliver it again, before anything newer of its series.
    void keep(std::size_t i) const noexcept { c_->answers[i] = RELEVE_ANSWER_KEEP; }
    /// It can never be written.
    void reject(std::size_t i, std::string_view why) const noexcept {
        context_->host()->reject(context_->c(), c_, static_cast<std::uint32_t>(i), to_c(why));
    }
    void written() const noexcept {
        for (std::size_t i = 0; i < size(); ++i)
            if (pending(i)) written(i);
    }

    /// 1 the first time.
    std::uint32_t attempt() const noexcept { return c_->attempt; }
    /// The same at each attempt.
    std::uint64_t id() const noexcept { return c_->id; }
    const releve_delivery* c() const noexcept { return c_; }

private:
    context* context_;
    const releve_delivery* c_;
};

} // namespace releve
#endif
