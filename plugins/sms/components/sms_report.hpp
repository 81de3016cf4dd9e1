// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "components/sent_messages.hpp"
#include "people/handled_batches.hpp"
#include "people/report_text.hpp"

#include <releve/kit/time/site_time.hpp>
#include <releve/sink.hpp>

#include <optional>
#include <string>
#include <vector>

namespace releve::sms {

/// Records as messages for people; each recipient gets the same.
class sms_report final : public sink {
public:
    static constexpr auto summary = "Records as SMS for people";
    static constexpr bool makes = true;
    static void describe(option_list& o);
    explicit sms_report(context& host);
    void start() override;
    void write(const delivery& in) override;
    void write_group(std::span<const delivery> all) override;

private:
    struct piece {
        std::string text;
        std::vector<std::size_t> records; // of the delivery
    };
    std::string fingerprint_of(const delivery& in) const;
    std::vector<piece> pieces_of(const delivery& in);
    std::vector<octets> messages_of(const std::string& text) const;

    context& host_;
    gsm_modem& modem_;
    std::vector<std::string> to_;
    report_text text_;
    std::size_t max_parts_;
    bool report_;
    std::int64_t valid_seconds_;
    sent_messages sent_;
    handled_batches handled_;
    std::optional<kit::site_time> clock_;
};

} // namespace releve::sms
