// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "smtp/client.hpp"
#include "text/template.hpp"

#include <releve/sink.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace releve::mail {

struct mail_options {
    smtp_settings smtp;
    std::string from, from_name;
    std::vector<std::string> to;
    text_template subject, line, html_line;
    bool html = true;
    duration digest{}, give_up{};
    std::int64_t max_per_hour = 0;
    std::size_t max_records = 0;
};

void describe_options(option_list& o);

/// Refuses each unusable value, at its key: the node is then not created.
mail_options read_options(context& host);

} // namespace releve::mail
