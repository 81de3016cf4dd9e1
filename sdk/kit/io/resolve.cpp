// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/resolve.hpp>

#include <releve/kit/io/bell.hpp>
#include <releve/kit/io/failure.hpp>

#include <netdb.h>
#include <netinet/in.h>

#include <atomic>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace releve::kit {

struct look_up::job {
    std::string host;
    std::optional<bell> rings; // where it is not done from the beginning
    std::vector<socket_address> found;
    int error = 0; // EAI_...
    std::atomic<bool> done{false};

    void run(int flags) {
        addrinfo hints{}, *list = nullptr;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = flags;
        error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
        const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{list, &::freeaddrinfo};
        for (const auto* one = error == 0 ? list : nullptr; one != nullptr; one = one->ai_next) {
            if (one->ai_addrlen > sizeof(sockaddr_storage)) continue;
            auto& made = found.emplace_back();
            made.size = one->ai_addrlen;
            std::memcpy(&made.storage, one->ai_addr, one->ai_addrlen);
        }
        if (error == 0 && found.empty()) error = EAI_NONAME;
    }
    void finish() {
        done.store(true, std::memory_order_release);
        if (rings) rings->ring();
    }
};

namespace {

/// RFC 6761, 6.3: never asked of a server.
bool is_local(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

std::vector<socket_address> loopback() {
    std::vector<socket_address> both(2);
    auto& six = reinterpret_cast<sockaddr_in6&>(both[0].storage);
    six.sin6_family = AF_INET6;
    six.sin6_addr = in6addr_loopback;
    both[0].size = sizeof six;
    auto& four = reinterpret_cast<sockaddr_in&>(both[1].storage);
    four.sin_family = AF_INET;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    both[1].size = sizeof four;
    return both;
}

/// The threads that look up. Lives for ever: a thread may still be in getaddrinfo when the program ends.
template <class Job>
class thread_pool {
public:
    std::shared_ptr<Job> add(const std::string& host) {
        const std::lock_guard lock{mutex_};
        std::erase_if(jobs_, [](const auto& one) { return one.second.expired(); });
        if (const auto known = jobs_.find(host); known != jobs_.end())
            if (auto job = known->second.lock(); job && !job->done.load(std::memory_order_acquire)) return job;
        auto made = std::make_shared<Job>();
        made->host = host;
        made->rings.emplace();
        queue_.push_back(made);
        if (threads_ < look_up::max_threads) {
            try {
                std::thread{[this] { work(); }}.detach();
                ++threads_;
            } catch (const std::system_error& e) {
                if (threads_ == 0)
                    throw io_failure(
                        std::string{"has a name that can't be looked up: no thread can be started for it: "} +
                        e.what());
            }
        }
        jobs_[host] = made;
        return made;
    }

private:
    void work() {
        while (const auto job = next()) {
            job->run(0);
            job->finish();
        }
    }
    std::shared_ptr<Job> next() {
        const std::lock_guard lock{mutex_};
        while (!queue_.empty()) {
            auto job = queue_.front().lock();
            queue_.pop_front();
            if (job) return job; // else nobody needs it any more
        }
        --threads_;
        return nullptr;
    }

    std::mutex mutex_;
    std::deque<std::weak_ptr<Job>> queue_;
    std::map<std::string, std::weak_ptr<Job>> jobs_;
    unsigned threads_ = 0;
};

} // namespace

look_up::look_up(const host_port& of)
    : port_{of.port} {
    static auto& pool = *new thread_pool<job>;
    job_ = std::make_shared<job>();
    job_->host = of.host;
    if (is_local(of.host))
        job_->found = loopback();
    else
        job_->run(AI_NUMERICHOST);
    if (!job_->found.empty())
        job_->finish();
    else
        job_ = pool.add(of.host);
}

look_up::look_up(look_up&&) noexcept = default;
look_up& look_up::operator=(look_up&&) noexcept = default;
look_up::~look_up() = default;

bool look_up::done() const noexcept { return job_->done.load(std::memory_order_acquire); }
int look_up::fd() const noexcept { return job_->rings ? job_->rings->fd() : -1; }

std::vector<socket_address> look_up::addresses() const {
    if (!done())
        throw io_failure("has a name whose look-up is still under way"); // done() also orders what is read below
    if (job_->error != 0 || job_->found.empty())
        throw io_failure(std::string{"has no address: "}.append(::gai_strerror(job_->error)));
    auto all = job_->found;
    for (auto& one : all) {
        if (one.storage.ss_family == AF_INET6)
            reinterpret_cast<sockaddr_in6&>(one.storage).sin6_port = htons(port_);
        else
            reinterpret_cast<sockaddr_in&>(one.storage).sin_port = htons(port_);
    }
    return all;
}

std::vector<socket_address> resolve(const host_port& of, duration timeout, const waiter& wait) {
    const look_up one{of};
    if (!one.done() && !wait.ready(one.fd(), RELEVE_READABLE, timeout))
        throw io_failure("has a name that nobody resolves in time");
    return one.addresses();
}

} // namespace releve::kit
