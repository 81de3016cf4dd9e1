// SPDX-License-Identifier: Apache-2.0
// The functions that a plugin calls. Each is noexcept: what goes wrong here becomes RELEVE_REFUSED and a reason.
#include "node.hpp"

#include <releve/string.hpp>
#include <releve/struct_size.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <thread>

namespace releve::core {

namespace {

constexpr std::uint32_t max_records = 65'536, max_text = 16u << 20;
constexpr std::size_t max_cursor = 64u << 10, max_value = 64u << 10;
constexpr std::uint32_t max_descriptors = 1024;

thread_local std::string last_reason;

node& of(releve_context* context) noexcept { return *static_cast<node*>(context); }

releve_status refuse(std::string why) noexcept {
    last_reason = std::move(why);
    return RELEVE_REFUSED;
}

/// Runs `f`; an exception of the host's own (no memory) becomes a refusal.
template <class F>
releve_status guarded(F&& f) noexcept {
    try {
        return f();
    } catch (const std::exception& e) {
        return refuse(e.what());
    }
}

/// Reports a struct that is too small to be read; whether it is.
template <class T>
bool refuses_size(node& n, const T* one) noexcept {
    if (is_whole(one)) return false;
    try {
        last_reason = why_not_whole(one);
        n.misbehaves("bad_size", last_reason);
    } catch (const std::exception&) {
        last_reason.clear();
    }
    return true;
}

} // namespace

/// What a component calls; part of the node.
struct host_calls {
    static releve_status option(releve_context*, const releve_option*) noexcept {
        return refuse("options are described in describe only");
    }

    static void fail(releve_context* c, releve_string why) noexcept { of(c).fail(view(why).substr(0, log::max_text)); }

    static void bad_option(releve_context* c, releve_string path, releve_string why) noexcept {
        of(c).refused_.push_back({std::string{view(path)}, std::string{view(why)}});
    }

    static releve_string reason(releve_context*) noexcept { return to_c(last_reason); }

    static const releve_value* options(releve_context* c) noexcept { return &of(c).section_.values.root(); }

    static const releve_identity* identity(releve_context* c) noexcept { return &of(c).identity_; }

    static void write_log(releve_context* c, std::int32_t level, releve_string event, releve_string text) noexcept {
        auto& n = of(c);
        const auto known = static_cast<log_level>(std::clamp<std::int32_t>(level, RELEVE_LOG_DEBUG, RELEVE_LOG_ERROR));
        n.shared_.log.write(known, n.name(), view(event), view(text));
    }

    static void health(releve_context* c, releve_string subject, std::int32_t up, releve_string why) noexcept {
        auto& n = of(c);
        n.shared_.log.health(n.name(), view(subject), up != 0, view(why));
    }

    static std::int64_t now(releve_context* c) noexcept { return of(c).shared_.clock.now(); }
    static std::int64_t steady(releve_context* c) noexcept { return of(c).shared_.clock.steady(); }

    static releve_status wait(releve_context* c, releve_wait* fds, std::uint32_t count, std::int64_t timeout) noexcept {
        return guarded([&]() -> releve_status {
            auto& n = of(c);
            if (n.is_transform()) return refuse("a transform runs on the router and must not block: use wake_at");
            if (count > max_descriptors) return refuse("more than 1,024 descriptors in one wait");
            const auto begun = n.shared_.clock.steady();
            const auto deadline = timeout < 0 || timeout > never - begun ? never : begun + timeout;
            const std::span<releve_wait> all{fds, count};
            for (auto& one : all) one.revents = 0;
            // A sink that only rests has nothing to rest for once no more comes; one that waits for its peer may still
            // write.
            const auto is_to_end = [&] { return n.life_.must_stop() || (n.life_.closes() && count == 0); };
            for (;;) {
                if (is_to_end()) return RELEVE_STOPPED;
                const bool works = n.calls_.pause(); // what waits here does not hang
                n.waiter_.sleep(all, deadline);
                if (works) n.calls_.resume(n.shared_.clock.steady());
                if (is_to_end()) return RELEVE_STOPPED;
                if (std::any_of(all.begin(), all.end(), [](const releve_wait& one) { return one.revents != 0; }))
                    return RELEVE_OK;
                if (n.memory_.heard_acknowledgement()) return RELEVE_OK;
                if (n.shared_.clock.steady() >= deadline) return RELEVE_TIMEOUT;
            }
        });
    }

    static std::int32_t stopping(releve_context* c) noexcept { return of(c).life_.must_stop() ? 1 : 0; }
    static std::int32_t stop_fd(releve_context* c) noexcept { return of(c).stop_fd_; }

    static void wake_at(releve_context* c, std::int64_t time) noexcept {
        auto& n = of(c);
        n.tick_time_ = time;
        n.shared_.router.wake();
    }

    static releve_status declare(releve_context* c, const releve_series* what, std::uint32_t* number) noexcept {
        return guarded([&]() -> releve_status {
            auto& n = of(c);
            if (refuses_size(n, what)) return RELEVE_REFUSED;
            const std::lock_guard lock{n.emitting_};
            const auto limit = static_cast<std::size_t>(n.shared_.site.max_series);
            std::string why;
            if (n.series_.size() >= limit) {
                why = "the node has reached its limit of " + std::to_string(limit) + " series ([site] max_series)";
                n.shared_.log.write(log_level::warning, n.name(), "max_series", why);
                return refuse(std::move(why));
            }
            *number = n.shared_.series.declare({&n, n.name(), n.shared_.site.name, n.on_trial_}, *what, why);
            if (*number == 0) return refuse(std::move(why));
            n.series_.add(*number, *n.shared_.series.find(*number));
            return RELEVE_OK;
        });
    }

    static const releve_series* series(releve_context* c, std::uint32_t number) noexcept {
        return of(c).shared_.series.find(number);
    }

    static releve_status begin(releve_context* c, std::uint32_t records, std::uint32_t text,
                               releve_writer* writer) noexcept {
        return guarded([&]() -> releve_status {
            if (refuses_size(of(c), writer)) return RELEVE_REFUSED;
            if (records == 0 || records > max_records) return refuse("a batch holds 1 to 65,536 records");
            if (text > max_text) return refuse("a batch holds at most 16 MiB of text");
            auto* block = of(c).shared_.pool.take(records, text);
            writer->text_used = 0;
            writer->text_capacity = text;
            writer->first = writer->next = block->records();
            writer->end = writer->first + records;
            writer->text = block->text();
            writer->host_private = block;
            writer->sequence = 0;
            return RELEVE_OK;
        });
    }

    static void discard(releve_context* c, releve_writer* writer) noexcept {
        if (refuses_size(of(c), writer)) return;
        if (writer->host_private != nullptr)
            of(c).shared_.pool.give_back(static_cast<batch_block*>(writer->host_private));
        writer->host_private = nullptr;
        writer->first = writer->next = writer->end = nullptr;
    }

    /// Takes the block out of the writer; nullptr when the writer was not filled as the contract says.
    static batch_block* filled(releve_writer& writer) noexcept {
        auto* block = static_cast<batch_block*>(writer.host_private);
        if (block == nullptr) return nullptr;
        const auto* first = block->records();
        if (writer.next < first || writer.next > first + block->record_capacity ||
            writer.text_used > block->text_capacity)
            return nullptr;
        block->batch.count = static_cast<std::uint32_t>(writer.next - first);
        block->batch.text_size = writer.text_used;
        writer.host_private = nullptr;
        writer.first = writer.next = writer.end = nullptr;
        return block;
    }

    /// The number of records left.
    static std::uint32_t check(node& n, batch_block& batch) {
        const auto found = n.series_.check(batch);
        for (const auto& one : found.broken) n.misbehaves(one.event, one.text);
        if (found.lost != 0) figures::add(n.figures_.dropped, found.lost);
        return found.left;
    }

    /// What a transform makes is delivered once the call that made it has returned.
    static void pass_to_router(node& n, batch_ref batch) {
        n.emitted_.push_back(std::move(batch));
        if (!n.has_emitted_.exchange(true)) n.shared_.router.wake(); // it may come from a thread of the component's own
    }

    static releve_status emit(releve_context* c, releve_writer* writer, releve_string cursor) noexcept {
        return guarded([&]() -> releve_status {
            auto& n = of(c);
            if (refuses_size(n, writer)) return RELEVE_REFUSED;
            auto* block = filled(*writer);
            if (block == nullptr) {
                discard(c, writer);
                n.misbehaves("bad_writer", "it wrote past the end of a batch");
                return refuse("the batch was written past its end");
            }
            batch_ref batch{block};
            if (cursor.size > max_cursor) return refuse("a cursor is at most 64 KiB");
            if (!n.makes()) {
                n.misbehaves("emits", "it emits, but does not say that it makes records");
                return refuse("the component does not say that it makes records");
            }
            const std::lock_guard lock{n.emitting_};
            writer->sequence = batch->sequence = ++n.emits_;
            const auto left = check(n, *batch.operator->());
            const bool remembers = cursor.size != 0 || (n.memory_.has_changes() && !n.is_transform());
            if (left == 0 && !remembers) return RELEVE_OK;
            batch = n.series_.add_events(std::move(batch), {&n, n.name(), n.shared_.site.name, n.on_trial_});
            batch = batch_ref{n.shared_.pool.shrink(batch.release())};
            n.figures_.note_made(*batch.operator->(), n.shared_.clock);
            if (n.is_transform()) {
                if (left != 0) pass_to_router(n, std::move(batch));
                return RELEVE_OK;
            }
            const auto made_records = batch->batch.count;
            made_batch made{std::move(batch), writer->sequence, std::string{view(cursor)},
                            remembers ? n.memory_.take_changes() : state_changes{}, n.ends_here(cursor.size != 0)};
            auto* mine = n.thread_ == std::this_thread::get_id() ? &n.waiter_ : nullptr;
            const bool works = mine != nullptr && n.calls_.pause(); // what waits for room does not hang
            const bool pushed = n.made_.push(std::move(made), n.shared_.clock, mine);
            if (works) n.calls_.resume(n.shared_.clock.steady());
            if (!pushed) {
                figures::add(n.figures_.dropped, made_records);
                return RELEVE_STOPPED;
            }
            n.shared_.router.wake();
            if (n.shared_.once && n.abi().run != nullptr) n.stop(); // that is all that was asked of it
            return RELEVE_OK;
        });
    }

    static releve_status forward(releve_context* c, const releve_batch* batch) noexcept {
        return guarded([&]() -> releve_status {
            auto& n = of(c);
            if (!n.is_transform()) return refuse("only a transform passes batches on");
            const std::lock_guard lock{n.emitting_};
            n.figures_.note_made(*batch_block::of(batch), n.shared_.clock);
            pass_to_router(n, batch_ref::share(batch));
            return RELEVE_OK;
        });
    }

    static void retain(releve_context*, const releve_batch* batch) noexcept { batch_ref::share(batch).release(); }
    static void release(releve_context*, const releve_batch* batch) noexcept {
        const batch_ref gone{batch_block::of(batch)};
    }

    /// Without a state directory (`run --once`) nothing is ever committed: a source that waits for it keeps what it
    /// has.
    static releve_string cursor(releve_context* c) noexcept { return to_c(of(c).memory_.cursor()); }
    static std::uint64_t acknowledged(releve_context* c) noexcept { return of(c).memory_.acknowledged(); }

    static releve_status state_read(releve_context* c, releve_string key, releve_string* value) noexcept {
        const auto& values = of(c).memory_.values();
        const auto at = values.find(view(key));
        *value = at == values.end() ? releve_string{nullptr, 0} : to_c(at->second);
        return RELEVE_OK;
    }

    static releve_status state_write(releve_context* c, releve_string key, releve_string value) noexcept {
        return guarded([&]() -> releve_status {
            auto& remembered = of(c).memory_;
            if (value.data == nullptr) {
                remembered.erase(view(key));
                return RELEVE_OK;
            }
            if (value.size > max_value) return refuse("a value of state is at most 64 KiB");
            if (!remembered.set(view(key), view(value))) return refuse("the state of a node is at most 1 MiB");
            return RELEVE_OK;
        });
    }

    static void reject(releve_context* c, const releve_delivery* delivery, std::uint32_t index,
                       releve_string why) noexcept {
        auto& n = of(c);
        if (refuses_size(n, delivery)) return;
        if (index >= delivery->batch->count)
            return n.misbehaves("bad_answer", "it rejected a record that is not there");
        if (delivery->answers[index] == RELEVE_ANSWER_REJECTED) return;
        if (delivery->answers[index] == RELEVE_ANSWER_WRITTEN)
            return n.misbehaves("answered_twice", "it rejected a record that it had reported as written");
        if (!n.bury(*delivery, index, view(why))) {
            delivery->answers[index] = RELEVE_ANSWER_KEEP; // until there is room for its dead letter
            return;
        }
        delivery->answers[index] = RELEVE_ANSWER_REJECTED;
        figures::add(n.figures_.rejected, 1);
        const auto* of_series = n.shared_.series.find(delivery->batch->records[index].series);
        n.shared_.log.write(log_level::warning, n.name(), "rejected",
                            "a record of " + (of_series == nullptr ? std::string{"no series"} : spell(*of_series)) +
                                " can't be written: " + std::string{view(why)});
    }

    static releve_status declare_metric(releve_context* c, const releve_metric* what, std::uint32_t* number) noexcept {
        return guarded([&]() -> releve_status {
            if (refuses_size(of(c), what)) return RELEVE_REFUSED;
            std::string why;
            *number = of(c).shared_.metrics.declare(of(c).name(), *what, why);
            return *number == 0 ? refuse(std::move(why)) : releve_status{RELEVE_OK};
        });
    }

    static void metric_add(releve_context* c, std::uint32_t number, double by) noexcept {
        of(c).shared_.metrics.add(number, by);
    }
    static void metric_set(releve_context* c, std::uint32_t number, double to) noexcept {
        of(c).shared_.metrics.set(number, to);
    }

    static const void* extension(releve_context*, releve_string) noexcept { return nullptr; }
};

const releve_host host_table = {.size = sizeof(releve_host),
                                .abi_minor = RELEVE_ABI_MINOR,
                                .version = {RELEVE_VERSION, sizeof RELEVE_VERSION - 1},
                                .option = host_calls::option,
                                .fail = host_calls::fail,
                                .bad_option = host_calls::bad_option,
                                .reason = host_calls::reason,
                                .options = host_calls::options,
                                .identity = host_calls::identity,
                                .log = host_calls::write_log,
                                .health = host_calls::health,
                                .now = host_calls::now,
                                .steady = host_calls::steady,
                                .wait = host_calls::wait,
                                .stopping = host_calls::stopping,
                                .stop_fd = host_calls::stop_fd,
                                .wake_at = host_calls::wake_at,
                                .declare = host_calls::declare,
                                .series = host_calls::series,
                                .begin = host_calls::begin,
                                .emit = host_calls::emit,
                                .discard = host_calls::discard,
                                .forward = host_calls::forward,
                                .retain = host_calls::retain,
                                .release = host_calls::release,
                                .cursor = host_calls::cursor,
                                .acknowledged = host_calls::acknowledged,
                                .state_read = host_calls::state_read,
                                .state_write = host_calls::state_write,
                                .reject = host_calls::reject,
                                .metric = host_calls::declare_metric,
                                .metric_add = host_calls::metric_add,
                                .metric_set = host_calls::metric_set,
                                .extension = host_calls::extension};

} // namespace releve::core
