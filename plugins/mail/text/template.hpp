// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "text/record_text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace releve::mail {

/// A text with {names}, which stand for the texts of a record.
class text_template {
public:
    enum class form { plain, html };
    /// Throws std::invalid_argument, one sentence, at an unknown name or an unpaired brace.
    explicit text_template(std::string_view text);
    /// With form::html the texts of the record are escaped.
    std::string filled(const record_text& with, form as) const;

private:
    struct part {
        std::string literal;                        // before the name
        std::string record_text::*member = nullptr; // neither this nor a label: the end
        std::string label;
    };
    void add_name(std::string literal, std::string_view name);
    std::vector<part> parts_;
};

} // namespace releve::mail
