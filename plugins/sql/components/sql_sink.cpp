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
    , ids_{host, *dialect_} {}

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

void sql_sink::gather(std::span<const delivery> all) {
    for (std::uint32_t number = 0; number < all.size(); ++number) {
        const auto& in = all[number];
        const auto records = in.records();
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (!in.pending(i)) continue;
            const auto one = records[i];
            if (const auto why = refusal(one); !why.empty()) {
                refused_.push_back({&in, i, std::string{why}});
                continue;
            }
            auto& row = rows_.emplace_back();
            row.time_ns = one.c().time;
            row.number = one.series().number();
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
}

void sql_sink::refuse(const reading_row& row, std::string why) {
    refused_.push_back({&group_[row.delivery], row.index, std::move(why)});
}

void sql_sink::identify(std::span<const reading_row> rows) {
    const auto refused_before = static_cast<std::ptrdiff_t>(refused_.size());
    for (const bool again : {false, true}) {
        identified_.clear();
        ids_.begin(*session_);
        for (const auto& row : rows) {
            const auto& series = ids_.find(*session_, releve::series{row.number});
            if (series.id == 0)
                refuse(row, series.refused);
            else
                identified_.emplace_back(row).series = series.id;
        }
        if (ids_.hold(*session_)) {
            // The order of the key, and of emission within one key: the last emitted is written last.
            std::sort(identified_.begin(), identified_.end(), [](const reading_row& a, const reading_row& b) {
                return std::tie(a.series, a.time_ns, a.delivery, a.index) <
                       std::tie(b.series, b.time_ns, b.delivery, b.index);
            });
            return;
        }
        refused_.erase(refused_.begin() + refused_before, refused_.end());
        ids_.forget();
        if (again) break;
        host_.log(level::warning, "series_changed",
                  dialect_->where() +
                      ": another program has changed its table series (a backup was restored, series "
                      "were deleted or renamed): each series is looked up again before more is written");
    }
    throw transient_error(dialect_->where() + ": another program is changing its table series");
}

std::optional<std::string> sql_sink::put(std::span<const reading_row> rows) {
    const auto refused_before = static_cast<std::ptrdiff_t>(refused_.size());
    try {
        dialect_->begin(*session_);
        identify(rows);
        writer_->write(identified_, [&](const reading_row& row, const std::string& why) {
            refuse(row, dialect_->where() + " refuses it: " + why);
        });
        session_->commit();
        return std::nullopt;
    } catch (const soci::soci_error& e) {
        auto why = dialect_->content_refusal(*session_, e);
        if (!why) throw;
        try {
            session_->rollback();
        } catch (const soci::soci_error&) { // the database has done it already
        }
        ids_.forget(); // some may have been inserted in this transaction
        refused_.erase(refused_.begin() + refused_before, refused_.end());
        return why;
    }
}

void sql_sink::put_in_parts() {
    std::sort(rows_.begin(), rows_.end(), [](const reading_row& a, const reading_row& b) { // for equal keys, see above
        return std::tie(a.number, a.time_ns, a.delivery, a.index) < std::tie(b.number, b.time_ns, b.delivery, b.index);
    });
    std::size_t size = (rows_.size() + 1) / 2;
    for (std::span<const reading_row> left = rows_; !left.empty();) {
        const auto part = left.first(std::min(size, left.size()));
        auto why = put(part);
        // Two programs that insert the same series at once are no fault of a row: it is set aside when it fails twice.
        if (why && part.size() == 1) why = put(part);
        if (!why) {
            size *= 2;
        } else if (part.size() > 1) {
            size = part.size() / 2;
            continue;
        } else {
            refuse(part.front(), dialect_->where() + " refuses it: " + *why);
        }
        left = left.subspan(part.size());
        if (host_.stopping() && !left.empty())
            throw transient_error(dialect_->where() +
                                  " refuses some rows: they are looked for when the node runs again");
    }
}

void sql_sink::write_group(std::span<const delivery> all) {
    rows_.clear();
    refused_.clear();
    group_ = all;
    gather(all);
    guarded([&] {
        if (session_ && !session_->is_connected()) { // a server ended it while it was idle
            close();
            if (host_.stopping())
                throw transient_error(dialect_->where() + ": the connection is lost, and the node is to stop");
        }
        open();
        if (put(rows_)) put_in_parts();
        dialect_->committed(*session_);
    });
    for (const auto& one : refused_) one.of->reject(one.index, one.why);
}

} // namespace releve::sql
