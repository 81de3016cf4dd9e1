// SPDX-License-Identifier: Apache-2.0
// The functions that a plugin calls. Each is noexcept: what goes wrong here becomes RELEVE_REFUSED and a reason.
#include "node.hpp"
#include "runtime.hpp"

#include <releve/string.hpp>
#include <releve/struct_size.hpp>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <thread>

namespace releve::core {

namespace {

constexpr std::uint32_t most_records = 65'536, most_text = 16u << 20;
constexpr std::size_t longest_cursor = 64u << 10, longest_value = 64u << 10, most_state = 1u << 20;
constexpr std::uint32_t most_descriptors = 1024;

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

releve_status option(releve_context*, const releve_option*) noexcept {
    return refuse("options are described in describe only");
}

void fail(releve_context* c, releve_string why) noexcept { of(c).fail(view(why).substr(0, log::max_text)); }

void bad_option(releve_context* c, releve_string path, releve_string why) noexcept {
    of(c).refuse_option(view(path), view(why));
}

releve_string reason(releve_context*) noexcept { return to_c(last_reason); }

const releve_value* options(releve_context* c) noexcept { return &of(c).section.values.root(); }

const releve_identity* identity(releve_context* c) noexcept { return &of(c).identity; }

void write_log(releve_context* c, std::int32_t level, releve_string event, releve_string text) noexcept {
    auto& n = of(c);
    const auto how = static_cast<log_level>(std::clamp<std::int32_t>(level, RELEVE_LOG_DEBUG, RELEVE_LOG_ERROR));
    n.owner.said().write(how, n.name(), view(event), view(text));
}

void health(releve_context* c, releve_string subject, std::int32_t up, releve_string why) noexcept {
    auto& n = of(c);
    n.owner.said().health(n.name(), view(subject), up != 0, view(why));
}

std::int64_t now(releve_context* c) noexcept { return of(c).owner.time().now(); }
std::int64_t steady(releve_context* c) noexcept { return of(c).owner.time().steady(); }

releve_status wait(releve_context* c, releve_wait* fds, std::uint32_t count, std::int64_t timeout) noexcept {
    return guarded([&]() -> releve_status {
        auto& n = of(c);
        if (n.is_transform()) return refuse("a transform runs on the router and must not block: use wake_at");
        if (count > most_descriptors) return refuse("more than 1,024 descriptors in one wait");
        const auto begun = n.owner.time().steady();
        const auto deadline = timeout < 0 || timeout > never - begun ? never : begun + timeout;
        const std::span<releve_wait> all{fds, count};
        for (auto& one : all) one.revents = 0;
        // A sink that only rests has nothing to rest for once no more comes; one that waits for its peer may still
        // write.
        const auto is_to_end = [&] { return n.stopping || (n.closing && count == 0); };
        const bool writes = n.writing_since != never;
        for (;;) {
            if (is_to_end()) return RELEVE_STOPPED;
            if (writes) n.writing_since = never; // who waits here does not hang
            n.rest.sleep(all, deadline);
            if (writes) n.writing_since = n.owner.time().steady();
            if (is_to_end()) return RELEVE_STOPPED;
            if (std::any_of(all.begin(), all.end(), [](const releve_wait& one) { return one.revents != 0; }))
                return RELEVE_OK;
            if (n.heard_acknowledgement()) return RELEVE_OK;
            if (n.owner.time().steady() >= deadline) return RELEVE_TIMEOUT;
        }
    });
}

std::int32_t stopping(releve_context* c) noexcept { return of(c).stopping ? 1 : 0; }
std::int32_t stop_fd(releve_context* c) noexcept { return of(c).stop_fd; }

void wake_at(releve_context* c, std::int64_t time) noexcept {
    auto& n = of(c);
    n.wake_time.store(time);
    n.owner.routes().wake();
}

releve_status declare(releve_context* c, const releve_series* what, std::uint32_t* number) noexcept {
    return guarded([&]() -> releve_status {
        auto& n = of(c);
        if (refuses_size(n, what)) return RELEVE_REFUSED;
        const std::lock_guard lock{n.emitting};
        const auto limit = static_cast<std::size_t>(n.owner.site().max_series);
        std::string why;
        if (n.series_count() >= limit) {
            why = "the node has reached its limit of " + std::to_string(limit) + " series ([site] max_series)";
            n.owner.said().write(log_level::warning, n.name(), "max_series", why);
            return refuse(std::move(why));
        }
        *number = n.owner.series().declare({&n, n.name(), n.owner.site().name, n.on_trial}, *what, why);
        if (*number == 0) return refuse(std::move(why));
        n.know_series(*number, *n.owner.series().find(*number));
        return RELEVE_OK;
    });
}

const releve_series* series(releve_context* c, std::uint32_t number) noexcept {
    return of(c).owner.series().find(number);
}

releve_status begin(releve_context* c, std::uint32_t records, std::uint32_t text, releve_writer* writer) noexcept {
    return guarded([&]() -> releve_status {
        if (refuses_size(of(c), writer)) return RELEVE_REFUSED;
        if (records == 0 || records > most_records) return refuse("a batch holds 1 to 65,536 records");
        if (text > most_text) return refuse("a batch holds at most 16 MiB of text");
        auto* block = of(c).owner.pool().take(records, text);
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

void discard(releve_context* c, releve_writer* writer) noexcept {
    if (refuses_size(of(c), writer)) return;
    if (writer->host_private != nullptr) of(c).owner.pool().give_back(static_cast<batch_block*>(writer->host_private));
    writer->host_private = nullptr;
    writer->first = writer->next = writer->end = nullptr;
}

/// Takes the block out of the writer; nullptr when the writer was not filled as the contract says.
batch_block* filled(releve_writer& writer) noexcept {
    auto* block = static_cast<batch_block*>(writer.host_private);
    if (block == nullptr) return nullptr;
    const auto* first = block->records();
    if (writer.next < first || writer.next > first + block->record_capacity || writer.text_used > block->text_capacity)
        return nullptr;
    block->batch.count = static_cast<std::uint32_t>(writer.next - first);
    block->batch.text_size = writer.text_used;
    writer.host_private = nullptr;
    writer.first = writer.next = writer.end = nullptr;
    return block;
}

releve_status emit(releve_context* c, releve_writer* writer, releve_string cursor) noexcept {
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
        if (cursor.size > longest_cursor) return refuse("a cursor is at most 64 KiB");
        if (!n.makes()) {
            n.misbehaves("emits", "it emits, but does not say that it makes records");
            return refuse("the component does not say that it makes records");
        }
        const std::lock_guard lock{n.emitting};
        writer->sequence = batch->sequence = ++n.emits;
        const auto left = n.check(*batch.operator->());
        const bool remembers = cursor.size != 0 || (n.has_state_changes() && !n.is_transform());
        if (left == 0 && !remembers) return RELEVE_OK;
        batch = batch_ref{n.owner.pool().shrink(batch.release())};
        n.figures.records.fetch_add(left, std::memory_order_relaxed);
        n.figures.note_time(*batch);
        n.figures.batches.fetch_add(1, std::memory_order_relaxed);
        if (n.is_transform()) {
            if (left != 0) n.owner.routes().deliver(n, batch);
            return RELEVE_OK;
        }
        made_batch made{std::move(batch), writer->sequence, std::string{view(cursor)},
                        remembers ? n.take_state_changes() : state_changes{}};
        auto* mine = n.thread == std::this_thread::get_id() ? &n.rest : nullptr;
        if (!n.made.push(std::move(made), n.owner.time(), mine)) {
            n.figures.dropped.fetch_add(left, std::memory_order_relaxed);
            return RELEVE_STOPPED;
        }
        n.owner.routes().wake();
        if (n.owner.how().once && n.abi().run != nullptr) n.owner.enough(n);
        return RELEVE_OK;
    });
}

releve_status forward(releve_context* c, const releve_batch* batch) noexcept {
    return guarded([&]() -> releve_status {
        auto& n = of(c);
        if (!n.is_transform()) return refuse("only a transform passes batches on");
        n.figures.records.fetch_add(batch->count, std::memory_order_relaxed);
        n.figures.note_time(*batch);
        n.figures.batches.fetch_add(1, std::memory_order_relaxed);
        n.owner.routes().deliver(n, batch_ref::share(batch));
        return RELEVE_OK;
    });
}

void retain(releve_context*, const releve_batch* batch) noexcept { batch_ref::share(batch).release(); }
void release(releve_context*, const releve_batch* batch) noexcept { const batch_ref gone{batch_block::of(batch)}; }

/// Without a state directory (`run --once`) nothing is ever committed: a source that waits for it keeps what it has.
releve_string cursor(releve_context* c) noexcept { return to_c(of(c).cursor()); }
std::uint64_t acknowledged(releve_context* c) noexcept { return of(c).acknowledged(); }

releve_status state_read(releve_context* c, releve_string key, releve_string* value) noexcept {
    const auto& state = of(c).state;
    const auto at = state.find(view(key));
    *value = at == state.end() ? releve_string{nullptr, 0} : to_c(at->second);
    return RELEVE_OK;
}

releve_status state_write(releve_context* c, releve_string key, releve_string value) noexcept {
    return guarded([&]() -> releve_status {
        auto& state = of(c).state;
        if (value.data == nullptr) {
            state.erase(std::string{view(key)});
            of(c).change_state(view(key), std::nullopt);
            return RELEVE_OK;
        }
        if (value.size > longest_value) return refuse("a value of state is at most 64 KiB");
        std::size_t size = key.size + value.size;
        for (const auto& [k, v] : state)
            if (k != view(key)) size += k.size() + v.size();
        if (size > most_state) return refuse("the state of a node is at most 1 MiB");
        state[std::string{view(key)}] = view(value);
        of(c).change_state(view(key), std::string{view(value)});
        return RELEVE_OK;
    });
}

void reject(releve_context* c, const releve_delivery* delivery, std::uint32_t index, releve_string why) noexcept {
    auto& n = of(c);
    if (refuses_size(n, delivery)) return;
    if (index >= delivery->batch->count) return n.misbehaves("bad_answer", "it rejected a record that is not there");
    if (delivery->answers[index] == RELEVE_ANSWER_REJECTED) return;
    if (delivery->answers[index] == RELEVE_ANSWER_WRITTEN)
        return n.misbehaves("answered_twice", "it rejected a record that it had said it has written");
    delivery->answers[index] = RELEVE_ANSWER_REJECTED;
    n.bury(*delivery, index, view(why));
    n.figures.rejected.fetch_add(1, std::memory_order_relaxed);
    const auto* of_series = n.owner.series().find(delivery->batch->records[index].series);
    n.owner.said().write(log_level::warning, n.name(), "rejected",
                         "a record of " + (of_series == nullptr ? std::string{"no series"} : spell(*of_series)) +
                             " can't be written: " + std::string{view(why)});
}

releve_status declare_metric(releve_context* c, const releve_metric* what, std::uint32_t* number) noexcept {
    return guarded([&]() -> releve_status {
        if (refuses_size(of(c), what)) return RELEVE_REFUSED;
        std::string why;
        *number = of(c).owner.figures().declare(of(c).name(), *what, why);
        return *number == 0 ? refuse(std::move(why)) : releve_status{RELEVE_OK};
    });
}

void metric_add(releve_context* c, std::uint32_t number, double by) noexcept { of(c).owner.figures().add(number, by); }
void metric_set(releve_context* c, std::uint32_t number, double to) noexcept { of(c).owner.figures().set(number, to); }

const void* extension(releve_context*, releve_string) noexcept { return nullptr; }

} // namespace

const releve_host host_table = {.size = sizeof(releve_host),
                                .abi_minor = RELEVE_ABI_MINOR,
                                .version = {RELEVE_VERSION, sizeof RELEVE_VERSION - 1},
                                .option = option,
                                .fail = fail,
                                .bad_option = bad_option,
                                .reason = reason,
                                .options = options,
                                .identity = identity,
                                .log = write_log,
                                .health = health,
                                .now = now,
                                .steady = steady,
                                .wait = wait,
                                .stopping = stopping,
                                .stop_fd = stop_fd,
                                .wake_at = wake_at,
                                .declare = declare,
                                .series = series,
                                .begin = begin,
                                .emit = emit,
                                .discard = discard,
                                .forward = forward,
                                .retain = retain,
                                .release = release,
                                .cursor = cursor,
                                .acknowledged = acknowledged,
                                .state_read = state_read,
                                .state_write = state_write,
                                .reject = reject,
                                .metric = declare_metric,
                                .metric_add = metric_add,
                                .metric_set = metric_set,
                                .extension = extension};

} // namespace releve::core
