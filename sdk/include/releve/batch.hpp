// SPDX-License-Identifier: Apache-2.0
// Received records: views of the host's memory, valid during the call that delivered the batch.
#ifndef RELEVE_BATCH_HPP
#define RELEVE_BATCH_HPP
#include <releve/series.hpp>
#include <releve/time.hpp>

#include <cstddef>
#include <iterator>

namespace releve {

class record {
public:
    record(const releve_record* c, const char* text) noexcept
        : c_{c}
        , text_{text} {}
    time_point time() const noexcept { return to_time(c_->time); }
    releve::series series() const noexcept { return releve::series{c_->series}; }
    releve::quality quality() const noexcept { return static_cast<releve::quality>(c_->quality); }
    bool is_number() const noexcept { return c_->type == RELEVE_VALUE_NUMBER; }
    bool is_text() const noexcept { return c_->type == RELEVE_VALUE_TEXT; }
    /// Only when is_number(). NaN when absent.
    double number() const noexcept { return c_->value.number; }
    /// Only when is_text().
    std::string_view text() const noexcept { return {text_ + c_->value.text.offset, c_->value.text.size}; }
    const releve_record& c() const noexcept { return *c_; }

private:
    const releve_record* c_;
    const char* text_;
};

class batch {
public:
    explicit batch(const releve_batch* c) noexcept
        : c_{c} {}
    std::size_t size() const noexcept { return c_->count; }
    record operator[](std::size_t i) const noexcept { return {c_->records + i, c_->text}; }
    const releve_batch* c() const noexcept { return c_; }

    class iterator {
    public:
        using difference_type = std::ptrdiff_t;
        using value_type = record;
        iterator() = default;
        iterator(const releve_record* at, const char* text) noexcept
            : at_{at}
            , text_{text} {}
        record operator*() const noexcept { return {at_, text_}; }
        iterator& operator++() noexcept { return ++at_, *this; }
        iterator operator++(int) noexcept { return {at_++, text_}; }
        bool operator==(const iterator& other) const noexcept { return at_ == other.at_; }

    private:
        const releve_record* at_ = nullptr;
        const char* text_ = nullptr;
    };
    iterator begin() const noexcept { return {c_->records, c_->text}; }
    iterator end() const noexcept { return {c_->records + c_->count, c_->text}; }

private:
    const releve_batch* c_;
};

} // namespace releve
#endif
