// SPDX-License-Identifier: Apache-2.0
// Several names in one line: "a, b and 2 more".
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace releve::core {

class name_list {
public:
    static constexpr std::size_t max_named = 8;

    /// Once each.
    void add(std::string name) {
        if (std::find(names_.begin(), names_.end(), name) != names_.end()) return;
        if (names_.size() < max_named)
            names_.push_back(std::move(name));
        else
            ++more_;
    }
    bool empty() const { return names_.empty(); }
    std::string text() const {
        std::string made;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            if (i != 0) made += more_ == 0 && i + 1 == names_.size() ? " and " : ", ";
            made += names_[i];
        }
        return more_ == 0 ? made : made + " and " + std::to_string(more_) + " more";
    }

private:
    std::vector<std::string> names_;
    std::size_t more_ = 0;
};

} // namespace releve::core
