// SPDX-License-Identifier: Apache-2.0
// A device that several threads use, one at a time: those that wait are woken by the one that leaves, in order of
// arrival.
#pragma once
#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/failure.hpp>
#include <releve/kit/io/wait.hpp>

#include <deque>
#include <memory>
#include <mutex>

namespace releve::kit {

class turn_request;

/// [any thread] Lives longer than its requests.
class turn {
public:
    turn() = default;
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

    /// False: it is taken, or others wait for it.
    bool try_take();
    /// By its holder: the first that waits gets it.
    void release() noexcept;
    bool taken() const;

private:
    friend class turn_request;
    mutable std::mutex mutex_;
    bool taken_ = false;
    std::deque<turn_request*> line_;
};

/// A place in the line. Leaves it when destroyed, or releases the turn when it was granted and not given to somebody
/// (detach).
class turn_request {
public:
    explicit turn_request(turn& of);
    /// Several requests of one thread may share a bell, which rings when one of them is granted.
    turn_request(turn& of, std::shared_ptr<const bell> granted);
    turn_request(const turn_request&) = delete;
    turn_request& operator=(const turn_request&) = delete;
    ~turn_request();

    bool granted() const;
    /// To wait for with RELEVE_READABLE: readable once granted.
    int fd() const noexcept { return bell_->fd(); }
    /// Of a granted request, once: the turn stays taken, for turn::release().
    void detach() noexcept;

private:
    friend class turn;
    turn* of_;
    std::shared_ptr<const bell> bell_;
    bool granted_ = false; // under turn::mutex_
};

/// The turn is this one's until the end of its life.
class held_turn {
public:
    /// Waits for it. Throws io_failure ("is in use: ..."), releve::stopped.
    held_turn(turn& of, const waiter& wait, duration timeout);
    held_turn(const held_turn&) = delete;
    held_turn& operator=(const held_turn&) = delete;
    ~held_turn() { of_.release(); }

private:
    turn& of_;
};

} // namespace releve::kit
