// SPDX-License-Identifier: Apache-2.0
// Cursor and state of a node: which emit they belong to, and what is committed.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace releve::testing {

class durable_state {
public:
    using values = std::map<std::string, std::string>;

    /// Empty when accepted; else the reason. `value` nullopt removes the key.
    std::string write(std::string_view key, std::optional<std::string_view> value);
    std::optional<std::string> read(std::string_view key) const;
    /// The state written since the last emit, and a cursor that is not empty, belong to this emit.
    void emitted(std::uint64_t emit, std::string_view cursor);
    void commit(std::uint64_t up_to);
    /// As after a power cut.
    void forget_uncommitted();

    const values& visible() const { return visible_; }
    const values& committed() const { return committed_; }
    const std::string& cursor() const { return cursor_; }
    const std::string& committed_cursor() const { return committed_cursor_; }
    std::uint64_t acknowledged() const { return acknowledged_; }
    bool has_unassigned() const { return !unassigned_.empty(); }

private:
    struct change {
        std::string key;
        std::optional<std::string> value;
    };
    struct step {
        std::uint64_t emit;
        std::string cursor;
        std::vector<change> changes;
    };
    values visible_, committed_;
    std::string cursor_, committed_cursor_;
    std::vector<change> unassigned_;
    std::deque<step> steps_;
    std::uint64_t acknowledged_ = 0;
};

} // namespace releve::testing
