// SPDX-License-Identifier: Apache-2.0
// The host functions of abi.h, except those for batches, which are in table_batches.cpp.
#include "table.hpp"

#include "world.hpp"

#include <algorithm>
#include <cmath>

namespace releve::testing {

namespace {

thread_local std::string why_refused; // of this thread's last RELEVE_REFUSED

std::string where_to_text(const fake& node) {
    if (entry::node() == nullptr) return "on a thread of its own";
    if (entry::node() != &node) return "in " + std::string{name_of(entry::where())} + " of another node";
    return "in " + std::string{name_of(entry::where())};
}

releve_string text_until_next_call(std::string text) {
    thread_local std::string kept;
    kept = std::move(text);
    return {kept.data() == nullptr ? "" : kept.data(), kept.size()};
}

void fail(releve_context* c, releve_string why) noexcept {
    const locked_fake node{c};
    if (!node.in_function()) return node.forbid_void("fail is for a function that is about to fail");
    if (!valid_text(view(why))) node->misbehaves("a reason is not UTF-8");
    fake& of = node->is == fake::part::connection ? *entry::node() : *node;
    of.failure = view(why);
}

void bad_option(releve_context* c, releve_string path, releve_string why) noexcept {
    const locked_fake node{c};
    if (entry::where() != phase::create || entry::node() != &*node) return node.forbid_void("bad_option is for create");
    if (why.size == 0) node->misbehaves("bad_option '" + std::string{view(path)} + "' has no reason");
    node->refused_options.emplace_back(view(path), view(why));
}

releve_string reason(releve_context*) noexcept { return to_c(why_refused); }

const releve_value* get_options(releve_context* c) noexcept { return fake::of(c).options; }
const releve_identity* get_identity(releve_context* c) noexcept { return &fake::of(c).identity; }

void log(releve_context* c, std::int32_t level, releve_string event, releve_string text) noexcept {
    const locked_fake node{c};
    constexpr std::size_t max_logs = 100'000;
    if (level < RELEVE_LOG_DEBUG || level > RELEVE_LOG_ERROR) return node->misbehaves("log with an unknown level");
    if (event.size == 0) node->misbehaves("log without an event");
    if (!valid_text(view(event)) || !valid_text(view(text))) node->misbehaves("a log line is not UTF-8");
    if (node->logs.size() < max_logs)
        node->logs.push_back({static_cast<releve::level>(level), std::string{view(event)}, std::string{view(text)},
                              to_time(node.world().utc())});
}

void health(releve_context* c, releve_string subject, std::int32_t up, releve_string why) noexcept {
    const locked_fake node{c};
    const std::string of{view(subject)};
    if (up == 0 && why.size == 0) node->misbehaves("'" + of + "' is reported as lost without a reason");
    const auto known = node->up.find(of);
    const bool was = known == node->up.end() || known->second;
    node->up[of] = up != 0;
    if (was != (up != 0)) node->health.push_back({of, up != 0, std::string{view(why)}, to_time(node.world().utc())});
}

std::int64_t now(releve_context* c) noexcept { return locked_fake{c}.world().utc(); }
std::int64_t steady(releve_context* c) noexcept { return locked_fake{c}.world().steady; }

releve_status wait(releve_context* c, releve_wait* fds, std::uint32_t count, std::int64_t timeout) noexcept {
    {
        const locked_fake node{c};
        constexpr std::uint32_t most = 1024;
        if (!node.in_node() || worker::mine() == nullptr) return node.forbid("wait is for a function of the node");
        if (entry::node()->transform()) return node.forbid("wait is not for a transform, which must not block");
        if (count > most) return refuse("wait on more than 1024 descriptors");
        if (count != 0 && fds == nullptr) return node.forbid("wait: descriptors are missing");
    }
    return worker::mine()->wait(fake::of(c), fds, count, timeout);
}

std::int32_t stopping(releve_context* c) noexcept {
    return locked_fake { c } -> stopping ? 1 : 0;
}
std::int32_t stop_fd(releve_context* c) noexcept { return fake::of(c).stop_fd.fd(); }

void wake_at(releve_context* c, std::int64_t time) noexcept {
    const locked_fake node{c};
    if (!node.in_node()) return node.forbid_void("wake_at is for a function of the node");
    if (!node->transform()) return node.forbid_void("wake_at is for a transform");
    if (time != INT64_MAX && node->component.tick == nullptr)
        return node->misbehaves("wake_at by a component without tick");
    node->tick_due = time == INT64_MAX ? std::nullopt : std::optional{time};
    node.world().note_change();
}

releve_status declare(releve_context* c, const releve_series* what, std::uint32_t* number) noexcept {
    const locked_fake node{c};
    if (refuses_size(*node, what)) return RELEVE_REFUSED;
    auto& world = node.world();
    auto made = world.series.declare(*what, world.settings.site, node->name, world.settings.max_series);
    if (made.number == 0) return refuse(std::move(made.why));
    if (!made.why.empty()) node->misbehaves(std::move(made.why));
    *number = made.number;
    return RELEVE_OK;
}

const releve_series* get_series(releve_context* c, std::uint32_t number) noexcept {
    return locked_fake{c}.world().series.c(number);
}

releve_string cursor(releve_context* c) noexcept {
    const locked_fake node{c};
    if (!node.in_node()) node.forbid_void("cursor is for a function of the node");
    return text_until_next_call(node->durable.committed_cursor());
}

std::uint64_t acknowledged(releve_context* c) noexcept {
    return locked_fake { c } -> durable.acknowledged();
}

releve_status state_read(releve_context* c, releve_string key, releve_string* value) noexcept {
    const locked_fake node{c};
    *value = {};
    if (!node.in_node()) return node.forbid("state_read is for a function of the node");
    if (const auto found = node->durable.read(view(key))) *value = text_until_next_call(*found);
    return RELEVE_OK;
}

releve_status state_write(releve_context* c, releve_string key, releve_string value) noexcept {
    const locked_fake node{c};
    if (!node.in_node()) return node.forbid("state_write is for a function of the node");
    auto why = node->durable.write(view(key), value.data == nullptr ? std::nullopt : std::optional{view(value)});
    return why.empty() ? RELEVE_OK : refuse(std::move(why));
}

releve_status metric(releve_context* c, const releve_metric* what, std::uint32_t* number) noexcept {
    const locked_fake node{c};
    if (refuses_size(*node, what)) return RELEVE_REFUSED;
    fake_metric made{std::string{view(what->name)}, {}, what->kind, 0};
    for (std::uint32_t i = 0; i < what->label_count; ++i)
        made.labels += std::string{view(what->labels[i].key)} + "=" + std::string{view(what->labels[i].value)} + "\n";
    const bool total = made.kind == RELEVE_METRIC_COUNTER;
    if (made.name.empty() || made.kind > RELEVE_METRIC_GAUGE)
        return refuse("a metric without a name, or of an unknown kind");
    if (total != made.name.ends_with("_total"))
        return refuse("metric '" + made.name + "': the name of a counter, and no other, ends in _total");
    if (what->help.size == 0) node->misbehaves("metric '" + made.name + "' has no help");
    const auto known = std::ranges::find_if(
        node->metrics, [&](const auto& one) { return one.name == made.name && one.labels == made.labels; });
    *number = static_cast<std::uint32_t>(known - node->metrics.begin()) + 1;
    if (known == node->metrics.end()) node->metrics.push_back(std::move(made));
    return RELEVE_OK;
}

void metric_add(releve_context* c, std::uint32_t number, double by) noexcept {
    const locked_fake node{c};
    if (number == 0 || number > node->metrics.size()) return node->misbehaves("metric_add to an unknown metric");
    auto& metric = node->metrics[number - 1];
    if (!std::isfinite(by) || (by < 0 && metric.kind == RELEVE_METRIC_COUNTER))
        return node->misbehaves("metric '" + metric.name +
                                "': only a finite amount of at least 0 may be added to a counter");
    metric.value += by;
}

void metric_set(releve_context* c, std::uint32_t number, double to) noexcept {
    const locked_fake node{c};
    if (number == 0 || number > node->metrics.size()) return node->misbehaves("metric_set of an unknown metric");
    auto& metric = node->metrics[number - 1];
    if (metric.kind == RELEVE_METRIC_COUNTER)
        return node->misbehaves("metric '" + metric.name + "' is a counter: it is added to, not set");
    metric.value = to;
}

const void* extension(releve_context*, releve_string) noexcept { return nullptr; }

} // namespace

bool valid_text(std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 9;
        if (more == 9 || i + more >= text.size()) return false;
        std::uint32_t code = more == 0 ? lead : lead & (0x3fu >> more);
        for (std::size_t k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if (next >> 6 != 2) return false;
            code = code << 6 | (next & 0x3fu);
        }
        constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
        i += more + 1;
    }
    return true;
}

releve_status refuse(std::string why) noexcept {
    why_refused = std::move(why);
    return RELEVE_REFUSED;
}

locked_fake::locked_fake(releve_context* c)
    : fake_{fake::of(c)}
    , lock_{fake_.world.mutex} {
    if (!fake_.alive && entry::where() != phase::create && entry::where() != phase::describe &&
        entry::where() != phase::destroy)
        fake_.misbehaves("a host function was called after destroy returned, or for a node that was never created");
}

bool locked_fake::in_function() const {
    return entry::node() == &fake_ || (fake_.is == fake::part::connection && entry::node() != nullptr);
}
bool locked_fake::in_node() const {
    return in_function() && entry::where() != phase::create && entry::where() != phase::describe;
}
releve_status locked_fake::forbid(std::string_view rule) const {
    forbid_void(rule);
    return refuse(std::string{rule});
}
void locked_fake::forbid_void(std::string_view rule) const {
    fake_.misbehaves(std::string{rule} + "; it was called " + where_to_text(fake_));
}
site::world& locked_fake::world() const { return fake_.world; }

const releve_host& host_table() {
    static const releve_host table = [] {
        releve_host t{};
        t.size = sizeof t;
        t.abi_minor = RELEVE_ABI_MINOR;
        t.version = to_c("releve::testing");
        add_description_function(t);
        t.fail = fail;
        t.bad_option = bad_option;
        t.reason = reason;
        t.options = get_options;
        t.identity = get_identity;
        t.log = log;
        t.health = health;
        t.now = now;
        t.steady = steady;
        t.wait = wait;
        t.stopping = stopping;
        t.stop_fd = stop_fd;
        t.wake_at = wake_at;
        t.declare = declare;
        t.series = get_series;
        add_batch_functions(t);
        t.cursor = cursor;
        t.acknowledged = acknowledged;
        t.state_read = state_read;
        t.state_write = state_write;
        t.metric = metric;
        t.metric_add = metric_add;
        t.metric_set = metric_set;
        t.extension = extension;
        return t;
    }();
    return table;
}

} // namespace releve::testing
