// SPDX-License-Identifier: Apache-2.0
// The host, as a node sees it. Given to the constructor by reference; the reference lives as long as the node: keep it.
#ifndef RELEVE_CONTEXT_HPP
#define RELEVE_CONTEXT_HPP
#include <releve/batch.hpp>
#include <releve/failure.hpp>
#include <releve/option_values.hpp>
#include <releve/series.hpp>
#include <releve/time.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace releve {

class output;

/// Why context::wait returned.
enum class wake : std::int32_t {
    ready = RELEVE_OK,        // a descriptor is ready, or an acknowledgement arrived
    timeout = RELEVE_TIMEOUT, // the timeout is over
    stopped = RELEVE_STOPPED, // the node has to stop
};

enum class level : std::int32_t {
    debug = RELEVE_LOG_DEBUG,
    info = RELEVE_LOG_INFO,
    warning = RELEVE_LOG_WARNING,
    error = RELEVE_LOG_ERROR,
};

/// A figure of the node about itself. [any]
class metric {
public:
    metric() = default;
    metric(const releve_host* host, releve_context* context, std::uint32_t number) noexcept
        : host_{host}
        , context_{context}
        , number_{number} {}
    void add(double by = 1) const noexcept { host_->metric_add(context_, number_, by); }
    void set(double to) const noexcept { host_->metric_set(context_, number_, to); }

private:
    const releve_host* host_ = nullptr;
    releve_context* context_ = nullptr;
    std::uint32_t number_ = 0;
};

/// Threads are marked as in abi.h: [create], [node], [any].
class context {
public:
    context(const releve_host* host, releve_context* c) noexcept
        : host_{host}
        , c_{c} {}
    context(const context&) = delete;
    context& operator=(const context&) = delete;

    // -- which node it is, and its options [any]
    option_values options() const { return option_values{host_->options(c_)}; }
    /// The shared object of the connection that the option `key` names; T is the class that its component was made of.
    template <class T>
    T& connection(std::string_view key) const;
    /// [create] Refuses the value of an option; throw bad_option to refuse only one. The node is not created, although
    /// the constructor returns.
    void refuse(std::string_view path, std::string_view why) {
        refused_ = true;
        host_->bad_option(c_, to_c(path), to_c(why));
    }
    bool refused() const noexcept { return refused_; }
    std::string_view site() const noexcept { return view(host_->identity(c_)->site); }
    std::string_view timezone() const noexcept { return view(host_->identity(c_)->timezone); }
    std::string_view node() const noexcept { return view(host_->identity(c_)->node); }
    /// Time between two calls of collect, the host's own `interval` option; 0: it is not polled, or `at` times of day.
    duration interval() const noexcept { return duration{host_->identity(c_)->interval}; }

    // -- what it makes [any]; throws permanent_error when the host refuses
    series declare(const series_description& of) const {
        std::vector<releve_label> labels;
        labels.reserve(of.labels.size());
        for (const auto& one : of.labels) labels.push_back({to_c(one.key), to_c(one.value)});
        const releve_series c{.size = sizeof c,
                              .kind = static_cast<std::uint32_t>(of.is),
                              .name = to_c(of.name),
                              .quantity = to_c(of.quantity),
                              .unit = to_c(of.unit),
                              .help = to_c(of.help),
                              .labels = labels.data(),
                              .label_count = static_cast<std::uint32_t>(labels.size()),
                              .reserved = 0,
                              .resolution = of.resolution,
                              .modulus = of.modulus,
                              .max_rate = of.max_rate};
        std::uint32_t number = 0;
        if (host_->declare(c_, &c, &number) != RELEVE_OK)
            throw permanent_error("series '" + of.name + "': " + std::string{view(host_->reason(c_))});
        return series{number};
    }
    series gauge(std::string name, std::string unit, std::string help, std::vector<label> labels = {}) const {
        return declare({kind::gauge, std::move(name), {}, std::move(unit), std::move(help), std::move(labels)});
    }
    series counter(std::string name, std::string unit, std::string help, std::vector<label> labels = {}) const {
        return declare({kind::counter, std::move(name), {}, std::move(unit), std::move(help), std::move(labels)});
    }
    series text(std::string name, std::string help, std::vector<label> labels = {}) const {
        return declare({kind::text, std::move(name), {}, {}, std::move(help), std::move(labels)});
    }
    series event(std::string name, std::string help, std::vector<label> labels = {}) const {
        return declare({kind::event, std::move(name), {}, {}, std::move(help), std::move(labels)});
    }
    /// How a received series was declared; false: no series has this number.
    series_view declared(series of) const noexcept { return series_view{host_->series(c_, of.number())}; }

    // -- time
    /// [any] UTC. Use this, never the system's clock.
    time_point now() const noexcept { return to_time(host_->now(c_)); }
    /// [any] Only rises, also when the clock is set: for measuring durations.
    duration steady() const noexcept { return duration{host_->steady(c_)}; }
    /// [any]
    bool stopping() const noexcept { return host_->stopping(c_) != 0; }
    /// [any] Becomes readable once the node has to stop: for another event loop. Do not read from it or close it.
    int stop_fd() const noexcept { return host_->stop_fd(c_); }
    /// [node], not in a transform. The only way to block: pending output is emitted first.
    wake wait(std::span<releve_wait> fds, duration timeout);
    wake wait(duration timeout) { return wait(std::span<releve_wait>{}, timeout); }
    wake wait(int fd, std::int16_t events, duration timeout) {
        releve_wait one{fd, events, 0};
        return wait(std::span<releve_wait>{&one, 1}, timeout);
    }
    /// [node] transform: tick at or after `t`. A node has one such time: the last one set.
    void wake_at(time_point t) const noexcept { host_->wake_at(c_, to_ns(t)); }

    // -- log, health and metrics [any]
    /// `event`: a short stable word ("frame_too_long"); repeats of one event are limited and counted.
    void log(level at, std::string_view event, std::string_view text) const noexcept {
        host_->log(c_, static_cast<std::int32_t>(at), to_c(event), to_c(text));
    }
    /// `subject` (a server, a port; "" is the node itself) is not available, and why; or is available again. Each
    /// change is logged once, however often this is called.
    void lost(std::string_view subject, std::string_view why) const noexcept {
        host_->health(c_, to_c(subject), 0, to_c(why));
    }
    void back(std::string_view subject) const noexcept { host_->health(c_, to_c(subject), 1, {}); }
    /// A figure of the node that only increases. `name` is <what>_<unit>_total.
    metric counter_metric(std::string_view name, std::string_view help) const {
        return declare_metric(RELEVE_METRIC_COUNTER, name, help);
    }
    /// A figure of the node that is set. `name` is <what>_<unit>.
    metric gauge_metric(std::string_view name, std::string_view help) const {
        return declare_metric(RELEVE_METRIC_GAUGE, name, help);
    }

    // -- cursor and state
    /// [node] The last committed cursor, also of before a restart; empty: there is none.
    std::string cursor() const { return std::string{view(host_->cursor(c_))}; }
    /// [any] All emits up to this one (output::flush returned its number) are stored by every durable sink.
    std::uint64_t acknowledged() const noexcept { return host_->acknowledged(c_); }
    /// [node] Small durable state; what is written is committed with the next emit.
    std::optional<std::string> state(std::string_view key) const {
        releve_string value{};
        if (host_->state_read(c_, to_c(key), &value) != RELEVE_OK || value.data == nullptr) return std::nullopt;
        return std::string{view(value)};
    }
    void set_state(std::string_view key, std::string_view value) const {
        const releve_string c{value.data() == nullptr ? "" : value.data(), value.size()};
        if (host_->state_write(c_, to_c(key), c) != RELEVE_OK)
            throw permanent_error("state '" + std::string{key} + "': " + std::string{view(host_->reason(c_))});
    }
    void erase_state(std::string_view key) const { host_->state_write(c_, to_c(key), releve_string{nullptr, 0}); }

    const releve_host* host() const noexcept { return host_; }
    releve_context* c() const noexcept { return c_; }

private:
    friend class output;
    friend struct pending_output;
    metric declare_metric(std::uint32_t kind, std::string_view name, std::string_view help) const {
        const releve_metric c{sizeof c, kind, to_c(name), to_c(help), nullptr, 0, 0};
        std::uint32_t number = 0;
        if (host_->metric(c_, &c, &number) != RELEVE_OK)
            throw permanent_error("metric '" + std::string{name} + "': " + std::string{view(host_->reason(c_))});
        return {host_, c_, number};
    }
    const releve_host* host_;
    releve_context* c_;
    output* pending_ = nullptr; // of the function in progress: wait flushes it first
    bool refused_ = false;
};

} // namespace releve

#include <releve/output.hpp> // defines wait
#endif
