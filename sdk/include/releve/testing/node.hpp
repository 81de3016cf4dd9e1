// SPDX-License-Identifier: Apache-2.0
#ifndef RELEVE_TESTING_NODE_HPP
#define RELEVE_TESTING_NODE_HPP
#include <releve/testing/plugin.hpp>
#include <releve/testing/records.hpp>
#include <releve/testing/seen.hpp>
#include <releve/testing/site.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

/// The mistakes that `releve check` would show for these options: those in the file, then those that the component
/// reports with bad_option. Empty: no mistakes. Throws std::runtime_error when create fails in another way.
std::vector<problem> problems(const plugin& of, std::string_view component, std::string_view toml, setup with = {});

/// A node, created from a component and its options. Its destructor stops it, if it is started, and destroys it.
class node {
public:
    /// `toml` is only the options (`port = "/dev/null"`), or whole sections as in a pipeline file ([connection.NAME],
    /// and [source.NAME], [transform.NAME] or [sink.NAME] of this component). Throws bad_options; std::runtime_error
    /// when create fails in another way.
    node(const plugin& of, std::string_view component, std::string_view toml = {}, setup with = {});
    /// A node among others, with the site's clock and connections. `name`: by default the component's, numbered when it
    /// is taken.
    node(const site& at, std::string_view component, std::string_view toml = {}, std::string_view name = {});
    node(const node&) = delete;
    node& operator=(const node&) = delete;
    ~node();

    // -- calling its functions. A failure of the node is returned as an outcome, not thrown. Each may throw `stuck`.
    [[nodiscard]] outcome probe();
    /// Starts its connections first.
    [[nodiscard]] outcome start();
    [[nodiscard]] outcome collect();
    /// Calls a streaming node's run, on the node's thread; returns when it waits for the first time or ends.
    void run();
    [[nodiscard]] outcome process(const records& in);
    /// Passes the deliveries to a sink as one group; kept records of earlier writes are not added: see write_kept.
    [[nodiscard]] writing write(const records& in);
    /// `first`: the id of the first delivery, as before a restart, when a spool delivers the same ones again; 0: the
    /// next.
    [[nodiscard]] writing write(const std::vector<records>& group, std::uint64_t first = 0);
    /// Delivers again, with the attempt counted, the deliveries that contain kept records. The answers are those of all
    /// their records.
    [[nodiscard]] writing write_kept();
    /// Asks it to stop, waits until run returns, then calls the component's stop. The outcome is the first failure of
    /// the two.
    [[nodiscard]] outcome stop();
    /// A connection's reply to a query, on this thread. `stop_fd`: -1, it is not asked to stop. Throws std::logic_error
    /// when the connection is not askable.
    query_reply ask(const labels& words, int stop_fd = -1);
    /// Only asks, without waiting: stopping() is true from now on, wait returns RELEVE_STOPPED.
    void ask_to_stop();
    /// As after a power cut: destroyed without stop, and created again with the same options and what was committed:
    /// the cursor and the state of acknowledged emits. Its earlier records, logs and series can still be read.
    void restart();
    /// Destroys it now. Afterwards only the functions under "observing" are allowed.
    void destroy();

    // -- time and input, of all nodes of the site
    time_point now() const;
    /// See site.
    void advance(duration by);
    void set_clock(time_point to);
    bool run_until(const std::function<bool()>& done, duration within = std::chrono::minutes{1});
    /// Writes bytes to the test's end of a descriptor that the node reads (pipe, socket, pseudo-terminal); returns when
    /// the node has read them and waits again. Throws std::system_error.
    void feed(int fd, std::string_view bytes);
    /// Returns when all nodes of the site wait and none of their descriptors is ready: call it after the test changed
    /// a peer by other means (accepted, closed). Time does not move.
    void settle();

    /// Acknowledges all emits so far: their cursors and state are committed, and a waiting node wakes.
    void acknowledge();
    /// The same for emits up to this number.
    void acknowledge(std::uint64_t emit);

    // -- observing
    const std::string& name() const;
    bool running() const;                 // inside run
    std::optional<outcome> ended() const; // how run ended; nothing while it has not
    std::vector<emitted_record> emitted() const;
    /// The records of the series whose labels include these.
    std::vector<emitted_record> emitted(std::string_view series, const labels& with = {}) const;
    /// The last of them. Throws std::out_of_range, which lists the emitted series, when there is none.
    emitted_record last(std::string_view series, const labels& with = {}) const;
    std::vector<declared_series> declared() const;
    std::vector<log_line> logs() const;
    std::vector<log_line> logs(std::string_view event) const;
    std::vector<health_change> health() const;
    /// Whether the subject is available, as last reported; nothing when it was never reported.
    std::optional<bool> up(std::string_view subject = "") const;
    std::optional<double> metric(std::string_view name) const;
    std::uint64_t emits() const; // number of the last one
    std::string cursor() const;  // the last one given with an emit
    std::string committed_cursor() const;
    std::map<std::string, std::string> state() const; // as the node would read it
    std::map<std::string, std::string> committed_state() const;
    std::optional<time_point> wake_at() const; // when tick is due
    duration steady() const;                   // virtual time since the site started
    /// Real time from the last stop() until run had returned.
    duration stop_took() const;
    /// Rules of the contract that the node broke, one sentence each: records of undeclared series, texts out of range,
    /// host functions called where abi.h forbids it, failures without a reason, batches never released. Check that it
    /// is empty.
    std::vector<std::string> misbehaviour() const;
    /// Forgets emitted records, logs and health changes seen so far.
    void forget();

    struct member;
    const std::shared_ptr<member>& shared() const { return member_; }
    const std::shared_ptr<site::world>& world() const { return world_; }

private:
    std::shared_ptr<site::world> world_;
    std::shared_ptr<member> member_;
};

} // namespace releve::testing
#endif
