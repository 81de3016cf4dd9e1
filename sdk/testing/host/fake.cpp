// SPDX-License-Identifier: Apache-2.0
#include "fake.hpp"

#include "world.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace releve::testing {

flag_fd::flag_fd()
    : fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}
flag_fd::~flag_fd() { ::close(fd_); }
void flag_fd::set() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}
void flag_fd::clear() const {
    std::uint64_t any = 0;
    [[maybe_unused]] const auto n = ::read(fd_, &any, sizeof any);
}

fake::fake(site::world& in, part what, std::string name_of, const releve_component& of)
    : world{in}
    , is{what}
    , name{std::move(name_of)}
    , component_name{view(of.name)}
    , component{of}
    , site_{in.settings.site}
    , timezone_{in.settings.timezone} {
    identity = {sizeof identity, 0, to_c(site_), to_c(timezone_), to_c(name), to_c(component_name), 0};
}

void fake::misbehaves(std::string what) {
    constexpr std::size_t max_kept = 1000;
    if (misbehaviour.size() < max_kept && std::ranges::find(misbehaviour, what) == misbehaviour.end())
        misbehaviour.push_back(std::move(what));
}

outcome fake::finish(phase p, releve_status status) {
    outcome made{status, failure.value_or("")};
    const std::string function{name_of(p)};
    switch (status) {
    case RELEVE_OK:
        if (!refused_options.empty()) misbehaves("create refused an option with bad_option and returned RELEVE_OK");
        break;
    case RELEVE_TRANSIENT:
    case RELEVE_PERMANENT:
        if (!failure || failure->empty()) misbehaves(function + " failed without a reason");
        break;
    case RELEVE_BAD_OPTION:
        if (p != phase::create)
            misbehaves(function + " returned RELEVE_BAD_OPTION, which only create may");
        else if (refused_options.empty())
            misbehaves("create returned RELEVE_BAD_OPTION without having called bad_option");
        break;
    case RELEVE_STOPPED:
        if (!stopping)
            misbehaves(function + " returned RELEVE_STOPPED, but the node was not asked to stop");
        else
            made.status = RELEVE_OK;
        break;
    default:
        misbehaves(function + " returned " + std::to_string(status) + ", which is not a status of such a function");
    }
    const bool taking = p == phase::process || p == phase::tick || p == phase::write;
    if (taking && status == RELEVE_OK) durable.emitted(emits, {}); // its state belongs to the batch that it took
    failure.reset();
    return made;
}

} // namespace releve::testing
