// SPDX-License-Identifier: Apache-2.0
// Takes a node's records. They are written directly into the host's memory and handed over 1,000 at a time, before each
// wait, and when the function returns.
#ifndef RELEVE_OUTPUT_HPP
#define RELEVE_OUTPUT_HPP
#include <releve/context.hpp>

#include <concepts>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace releve {

class output {
public:
    static constexpr std::uint32_t batch_records = 1000;
    static constexpr std::uint32_t batch_text = 4096; // bytes

    /// collect, run, process and tick receive one. Other threads, and sinks, make their own: `releve::output
    /// mine{host_};`, used by one thread, flushed before it is destroyed.
    explicit output(context& host) noexcept
        : context_{&host}
        , host_{host.host()}
        , c_{host.c()}
        , now_{host_->now(c_)} {}
    output(const output&) = delete;
    output& operator=(const output&) = delete;
    ~output() {
        if (writer_.first != nullptr) host_->discard(c_, &writer_);
    }

    /// The time of records that are added without one: read once, when the function was called or its last wait
    /// returned.
    time_point time() const noexcept { return to_time(now_); }

    void add(series of, double value) { put(of, value, now_, RELEVE_QUALITY_GOOD); }
    /// A whole number, exact to 2^53.
    void add(series of, std::integral auto value, auto... time_and_quality) {
        add(of, static_cast<double>(value), time_and_quality...);
    }
    void add(series of, double value, time_point at) { put(of, value, to_ns(at), RELEVE_QUALITY_GOOD); }
    void add(series of, double value, quality grade) { put(of, value, now_, static_cast<std::uint8_t>(grade)); }
    void add(series of, double value, time_point at, quality grade) {
        put(of, value, to_ns(at), static_cast<std::uint8_t>(grade));
    }
    void add(series of, std::string_view text) { put(of, text, now_, RELEVE_QUALITY_GOOD); }
    void add(series of, std::string_view text, time_point at, quality grade = quality::good) {
        put(of, text, to_ns(at), static_cast<std::uint8_t>(grade));
    }
    void add(series of, const char* text) { put(of, std::string_view{text}, now_, RELEVE_QUALITY_GOOD); }
    /// There is no value now.
    void absent(series of) { put(of, std::numeric_limits<double>::quiet_NaN(), now_, RELEVE_QUALITY_ABSENT); }
    /// A received record, unchanged; its text is copied.
    void copy(const record& in) {
        if (in.is_text())
            put(in.series(), in.text(), to_ns(in.time()), in.c().quality);
        else
            put(in.series(), in.number(), to_ns(in.time()), in.c().quality);
    }
    /// A received batch, unchanged, by reference: nothing is copied.
    void forward(const batch& in) {
        flush();
        host_->forward(c_, in.c());
    }

    /// Hands over the added records; returns the number of that emit (0: nothing was pending). `cursor`: where to read
    /// again after a restart. Throws stopped when the node has to stop and the host no longer accepts records.
    std::uint64_t flush(std::string_view cursor = {}) {
        if (writer_.first == nullptr) {
            if (cursor.empty()) return 0;
            open(1, 0); // a cursor without records is a separate emit
        }
        const auto status = host_->emit(c_, &writer_, to_c(cursor));
        const auto number = writer_.sequence;
        writer_ = {};
        if (status == RELEVE_STOPPED) throw stopped{};
        if (status != RELEVE_OK) throw permanent_error("emit: " + std::string{view(host_->reason(c_))});
        return number;
    }

private:
    friend class context;
    friend struct pending_output;

    void put(series of, double value, std::int64_t at, std::uint8_t grade) {
        if (writer_.next == writer_.end) [[unlikely]]
            open(batch_records, batch_text);
        auto& record = *writer_.next++;
        record.time = at;
        record.value.number = value;
        record.series = of.number();
        record.type = RELEVE_VALUE_NUMBER;
        record.quality = grade;
        record.reserved = 0;
    }
    void put(series of, std::string_view text, std::int64_t at, std::uint8_t grade) {
        if (text.size() > 0xffffffu) throw permanent_error("a text is longer than 16 MiB");
        const auto size = static_cast<std::uint32_t>(text.size());
        if (writer_.next == writer_.end || writer_.text_capacity - writer_.text_used < size) [[unlikely]]
            open(batch_records, size > batch_text ? size : batch_text);
        auto& record = *writer_.next++;
        record.time = at;
        record.value.text = {writer_.text_used, size};
        record.series = of.number();
        record.type = RELEVE_VALUE_TEXT;
        record.quality = grade;
        record.reserved = 0;
        if (size != 0) std::memcpy(writer_.text + writer_.text_used, text.data(), size);
        writer_.text_used += size;
    }
    void open(std::uint32_t records, std::uint32_t text) {
        if (writer_.first != nullptr) flush();
        writer_ = {};
        writer_.size = sizeof writer_;
        if (host_->begin(c_, records, text, &writer_) != RELEVE_OK)
            throw permanent_error("no room for a batch: " + std::string{view(host_->reason(c_))});
    }

    context* context_;
    const releve_host* host_;
    releve_context* c_;
    std::int64_t now_;
    releve_writer writer_{};
};

/// For the SDK: while it exists, context::wait flushes this output first.
struct pending_output {
    explicit pending_output(output& o) noexcept
        : context_{o.context_} {
        context_->pending_ = &o;
    }
    pending_output(const pending_output&) = delete;
    pending_output& operator=(const pending_output&) = delete;
    ~pending_output() { context_->pending_ = nullptr; }

private:
    context* context_;
};

inline wake context::wait(std::span<releve_wait> fds, duration timeout) {
    if (pending_ != nullptr) pending_->flush();
    const auto status = host_->wait(c_, fds.data(), static_cast<std::uint32_t>(fds.size()), timeout.count());
    if (pending_ != nullptr) pending_->now_ = host_->now(c_);
    if (status == RELEVE_REFUSED) throw permanent_error("wait: " + std::string{view(host_->reason(c_))});
    return static_cast<wake>(status);
}

} // namespace releve
#endif
