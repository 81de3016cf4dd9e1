// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>

namespace releve::mail {

/// How large a mail may be: what the server offers (SIZE), and less than what it refused.
class size_bound {
public:
    std::uint64_t bytes() const { return std::min(offered_, refused_); }
    /// 0: the server offers no bound.
    void offered(std::uint64_t limit) { offered_ = limit == 0 ? unbounded : limit; }
    /// Half of it is tried next.
    void refused(std::uint64_t size) { refused_ = std::max<std::uint64_t>(1, std::min(refused_, size) / 2); }
    /// A mail was taken: what was refused for its size was perhaps a full disk. Twice as much is tried again.
    void taken() { refused_ = refused_ > unbounded / 2 ? unbounded : refused_ * 2; }

private:
    static constexpr auto unbounded = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t offered_ = unbounded, refused_ = unbounded;
};

} // namespace releve::mail
