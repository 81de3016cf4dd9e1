// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "gsm_modem.hpp"
#include "report_text.hpp"

#include <releve/output.hpp>
#include <releve/sink.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace releve::sms {

/// Records as messages for people, the same to each recipient.
class sms_report final : public sink {
public:
    static constexpr auto summary = "Records as SMS for people";
    static constexpr bool makes = true;
    static void describe(option_list& o);
    explicit sms_report(context& host);
    void start() override;
    void write(const delivery& in) override;

private:
    struct piece {
        std::string text;
        std::vector<std::size_t> records; // of the delivery
    };
    std::vector<piece> pieces_of(const delivery& in);
    std::vector<octets> messages_of(const std::string& text) const;
    void keep_to_limit(std::size_t coming);
    void note_sent(std::size_t count);

    context& host_;
    gsm_modem& modem_;
    std::vector<std::string> to_;
    report_text text_;
    std::size_t parts_;
    std::int64_t most_;
    bool report_;
    std::int64_t valid_seconds_;
    series sent_;
    std::int64_t total_ = 0;
    std::deque<std::pair<std::int64_t, std::int64_t>> spent_; // when (UTC s), and how many messages: of the last 24 h
};

} // namespace releve::sms
