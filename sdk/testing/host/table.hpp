// SPDX-License-Identifier: Apache-2.0
// Shared by the host functions.
#pragma once
#include "fake.hpp"

#include <releve/struct_size.hpp>

#include <mutex>
#include <string>
#include <string_view>

namespace releve::testing {

/// The fake behind a context, with the world's mutex held.
class locked_fake {
public:
    explicit locked_fake(releve_context* c);
    fake* operator->() const { return &fake_; }
    fake& operator*() const { return fake_; }
    site::world& world() const;

    /// Whether this thread is inside a function of the node; for a connection: of any node, since nodes call it.
    bool in_function() const;
    /// The same, but neither describe nor create.
    bool in_node() const;
    /// Notes the broken rule; returns RELEVE_REFUSED.
    releve_status forbid(std::string_view rule) const;
    void forbid_void(std::string_view rule) const;

private:
    fake& fake_;
    std::unique_lock<std::mutex> lock_;
};

/// RELEVE_REFUSED, with the text that `reason` returns on this thread.
releve_status refuse(std::string why) noexcept;
/// Whether the struct is too small to be read, which is noted and refused.
template <class T>
bool refuses_size(fake& node, const T* one) {
    if (is_whole(one)) return false;
    node.misbehaves(why_not_whole(one));
    refuse(why_not_whole(one));
    return true;
}
/// Whether it is UTF-8.
bool valid_text(std::string_view text) noexcept;
void add_batch_functions(releve_host& table);
void add_description_function(releve_host& table);

} // namespace releve::testing
