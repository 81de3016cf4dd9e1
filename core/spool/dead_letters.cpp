// SPDX-License-Identifier: Apache-2.0
#include "dead_letters.hpp"

#include "checksum.hpp"
#include "store.hpp"

#include <limits>
#include <stdexcept>

namespace releve::core {

namespace {

constexpr std::size_t max_records = 1000, max_text = 1u << 20; // of a rebuilt batch

std::string json_of(const std::vector<std::int64_t>& numbers) {
    std::string made = "[";
    for (const auto one : numbers) {
        if (made.size() != 1) made += ',';
        made += std::to_string(one);
    }
    return made += ']';
}

statement& choose(statement& into, const letter_choice& which) {
    return into.bind(std::int64_t{which.all ? 1 : 0}).bind(which.sink).bind(json_of(which.numbers));
}

void check_numbers(const database& in, const letter_choice& which) {
    statement known{in, "SELECT 1 FROM dead_letter WHERE number = ?"};
    for (const auto one : which.numbers) {
        if (!known.bind(one).step())
            throw std::runtime_error("there is no dead letter " + std::to_string(one) +
                                     ": see releve dead-letters list");
        known.reset();
    }
}

std::string text_of_series(statement& labels, std::int64_t series, std::string_view name) {
    std::string made{name};
    bool first = true;
    labels.bind(series);
    while (labels.step()) {
        (((made += first ? "{" : ", ") += labels.text(0)) += "=\"") += labels.text(1);
        made += '"';
        first = false;
    }
    return first ? made : made += '}';
}

/// Rolled back unless it was committed.
class transaction {
public:
    explicit transaction(database& in)
        : in_{in} {
        in_.run("BEGIN IMMEDIATE");
    }
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;
    ~transaction() {
        if (done_) return;
        try {
            in_.run("ROLLBACK");
        } catch (const sqlite_error&) { // SQLite had rolled back by itself
        }
    }
    void commit() {
        in_.run("COMMIT");
        done_ = true;
    }

private:
    database& in_;
    bool done_ = false;
};

std::int64_t remove(const database& in, const letter_choice& which) {
    std::int64_t count = 0;
    statement gone{in, "DELETE FROM dead_letter WHERE ? OR sink = ? OR number IN (SELECT value FROM json_each(?)) "
                       "RETURNING 1"};
    choose(gone, which);
    while (gone.step()) ++count;
    return count;
}

/// Makes batches from dead letters, one sink after the other.
class rebuilt_batches {
public:
    rebuilt_batches(const database& in, std::int64_t now)
        : now_{now}
        , find_{in, "SELECT number, next_id FROM sink WHERE name = ?"}
        , reserve_{in, "UPDATE sink SET next_id = ? WHERE number = ?"}
        , add_{in, "INSERT INTO batch (sink, id, spooled, count, bytes, records, text, checksum) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"} {}

    void add(const kept_letter& one) {
        if (one.series_text.empty())
            throw std::runtime_error("dead letter " + std::to_string(one.number) +
                                     " has a series that the file does not know: drop it");
        if (one.sink != sink_ || records_.size() == max_records || text_.size() > max_text) write();
        if (one.sink != sink_) begin(one.sink);
        releve_record made{};
        made.time = one.record_time;
        made.series = one.series;
        made.quality = one.quality;
        made.type = one.type == kept_letter::value_type::text ? RELEVE_VALUE_TEXT : RELEVE_VALUE_NUMBER;
        if (one.type == kept_letter::value_type::text) {
            made.value.text = {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(one.text.size())};
            text_ += one.text;
        } else {
            made.value.number =
                one.type == kept_letter::value_type::number ? one.value : std::numeric_limits<double>::quiet_NaN();
        }
        records_.push_back(made);
    }
    void write() {
        if (records_.empty()) return;
        const auto size = records_.size() * sizeof(releve_record);
        const auto bytes = std::as_bytes(std::span{records_});
        const auto words = std::as_bytes(std::span{text_.data(), text_.size()});
        add_.bind(number_)
            .bind(next_id_)
            .bind(now_)
            .bind(static_cast<std::int64_t>(records_.size()))
            .bind(static_cast<std::int64_t>(size + text_.size()))
            .bind(bytes)
            .bind(words)
            .bind(checksum_of_batch(next_id_, bytes, words))
            .run();
        reserve_.bind(++next_id_).bind(number_).run();
        records_.clear();
        text_.clear();
    }

private:
    void begin(const std::string& sink) {
        if (!find_.bind(sink).step())
            throw std::runtime_error("the sink '" + sink + "' has no spool to put its records back into");
        number_ = find_.integer(0);
        next_id_ = find_.integer(1);
        find_.reset();
        sink_ = sink;
    }

    std::int64_t now_, number_ = 0, next_id_ = 0;
    statement find_, reserve_, add_;
    std::string sink_, text_;
    std::vector<releve_record> records_;
};

} // namespace

void each_dead_letter(const database& in, const letter_choice& which,
                      const std::function<void(const kept_letter&)>& show) {
    check_numbers(in, which);
    statement all{in,
                  "SELECT d.number, d.time, d.sink, d.series, s.name, s.unit, d.record_time, typeof(d.value), "
                  "d.value, d.quality, d.reason FROM dead_letter d LEFT JOIN series s ON s.number = d.series "
                  "WHERE ? OR d.sink = ? OR d.number IN (SELECT value FROM json_each(?)) ORDER BY d.sink, d.number"};
    statement labels{in, "SELECT key, value FROM label WHERE series = ?"};
    choose(all, which);
    while (all.step()) {
        kept_letter one;
        one.number = all.integer(0);
        one.time = all.integer(1);
        one.sink = all.text(2);
        one.series = static_cast<std::uint32_t>(all.integer(3));
        if (!all.is_null(4)) one.series_text = text_of_series(labels, all.integer(3), all.text(4));
        one.unit = all.text(5);
        one.record_time = all.integer(6);
        if (all.text(7) == "text") {
            one.type = kept_letter::value_type::text;
            one.text = all.text(8);
        } else if (all.text(7) != "null") {
            one.type = kept_letter::value_type::number;
            one.value = all.number(8);
        }
        one.quality = static_cast<std::uint8_t>(all.integer(9));
        one.reason = all.text(10);
        show(one);
    }
}

std::int64_t drop_dead_letters(database& in, const letter_choice& which) {
    transaction whole{in};
    check_numbers(in, which);
    const auto count = remove(in, which);
    whole.commit();
    return count;
}

std::int64_t store::replay_dead_letters(const letter_choice& which, std::int64_t now) {
    const std::lock_guard lock{mutex_};
    std::int64_t count = 0;
    {
        transaction whole{*db_};
        {
            rebuilt_batches batches{*db_, now};
            each_dead_letter(*db_, which, [&](const kept_letter& one) { batches.add(one); });
            batches.write();
        }
        count = remove(*db_, which);
        whole.commit();
    }
    statement all{*db_, "SELECT name, next_id FROM sink"};
    while (all.step()) reserved_[std::string{all.text(0)}] = static_cast<std::uint64_t>(all.integer(1));
    waiting_ = count_backlogs();
    return count;
}

} // namespace releve::core
