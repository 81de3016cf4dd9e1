// SPDX-License-Identifier: Apache-2.0
#include "components/sql_sink.hpp"

#include "options/databases.hpp"

#include <releve/kit/text/utf8.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace releve::sql {
namespace {

/// 2200-01-01: a later time, like one before 1970, comes from a wrong clock.
constexpr std::int64_t end_of_time_ns = 7'258'118'400'000'000'000;

/// Why the record can't be stored; empty when it can.
std::string_view refusal(const record& of) {
    const auto time = of.c().time;
    if (time < 0 || time >= end_of_time_ns) return "its time is outside the years 1970 to 2199";
    if (of.c().quality > RELEVE_QUALITY_ABSENT) return "its quality is not good, suspect, estimated or absent";
    if (of.is_number()) return std::isinf(of.number()) ? "its value is infinite" : "";
    if (!of.is_text()) return "its value is neither a number nor a text";
    return kit::is_storable(of.text()) ? "" : "its text is not UTF-8, or contains a NUL";
}

} // namespace

void sql_sink::describe(option_list& o) { describe_databases(o); }

sql_sink::sql_sink(context& host)
    : host_{host}
    , dialect_{make_dialect(host)}
    , ids_{host} {}

sql_sink::~sql_sink() { close(); }

template <class F>
void sql_sink::guarded(F&& work) {
    struct server_in_use {
        explicit server_in_use(dialect& of)
            : of_{of} {
            of_.working(true);
        }
        ~server_in_use() { of_.working(false); }
        dialect& of_;
    } const working{*dialect_};
    try {
        try {
            work();
        } catch (const soci::soci_error& e) {
            if (!session_) throw transient_error(dialect_->where() + ": " + e.what());
            dialect_->explain(*session_, e);
        }
    } catch (...) {
        close();
        throw;
    }
}

void sql_sink::probe() {
    guarded([this] { dialect_->probe(); });
}

void sql_sink::start() {
    guarded([this] { open(); });
}

void sql_sink::stop() { close(); }

void sql_sink::open() {
    if (session_) return;
    session_ = dialect_->open();
    migrate(*dialect_, *session_);
    writer_ = dialect_->writer(*session_);
}

void sql_sink::close() noexcept {
    writer_.reset();
    session_.reset(); // an open transaction is rolled back
    ids_.forget();
}

void sql_sink::write(const delivery& in) { write_group({&in, 1}); }

void sql_sink::gather(const delivery& in, std::uint32_t number) {
    const auto records = in.records();
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!in.pending(i)) continue;
        const auto one = records[i];
        if (const auto why = refusal(one); !why.empty()) {
            refused_.push_back({&in, i, std::string{why}});
            continue;
        }
        const auto& series = ids_.find(*session_, one.series());
        if (series.id == 0) {
            refused_.push_back({&in, i, series.refused});
            continue;
        }
        auto& row = rows_.emplace_back();
        row.time_ns = one.c().time;
        row.series = series.id;
        row.delivery = number;
        row.index = static_cast<std::uint32_t>(i);
        row.quality = one.c().quality;
        row.value = std::numeric_limits<double>::quiet_NaN();
        if (row.quality == RELEVE_QUALITY_ABSENT) continue;
        if (one.is_text()) {
            row.text = one.text();
        } else if (std::isnan(one.number())) {
            row.quality = RELEVE_QUALITY_ABSENT;
        } else {
            row.value = one.number();
        }
    }
}

/// The order of the key, and of emission within one key: the last emitted is written last.
void sql_sink::sort_by_key() {
    std::sort(rows_.begin(), rows_.end(), [](const reading_row& a, const reading_row& b) {
        return std::tie(a.series, a.time_ns, a.delivery, a.index) < std::tie(b.series, b.time_ns, b.delivery, b.index);
    });
}

void sql_sink::write_group(std::span<const delivery> all) {
    rows_.clear();
    refused_.clear();
    guarded([&] {
        if (session_ && !session_->is_connected()) close(); // a server ended it while it was idle
        open();
        dialect_->begin(*session_);
        for (std::size_t i = 0; i < all.size(); ++i) gather(all[i], static_cast<std::uint32_t>(i));
        sort_by_key();
        writer_->write(rows_, [&](const reading_row& row, const std::string& why) {
            refused_.push_back({&all[row.delivery], row.index, dialect_->where() + " refuses it: " + why});
        });
        session_->commit();
    });
    for (const auto& one : refused_) one.of->reject(one.index, one.why);
}

} // namespace releve::sql
