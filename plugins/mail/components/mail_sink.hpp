// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/mail_options.hpp"
#include "components/outgoing_mail.hpp"
#include "components/pace.hpp"
#include "components/size_bound.hpp"
#include "smtp/client.hpp"

#include <releve/kit/time/site_time.hpp>
#include <releve/sink.hpp>

#include <optional>
#include <span>

namespace releve::mail {

class mail_sink final : public sink {
public:
    static constexpr auto summary = "Mails records, many in one mail";
    static void describe(option_list& o) { describe_options(o); }
    explicit mail_sink(context& host);

    void probe() override;
    void start() override;
    void write(const delivery& in) override { write_group({&in, 1}); }
    /// All records, in as few mails as possible; then waits for `digest`, so that records that arrive meanwhile are one
    /// mail.
    void write_group(std::span<const delivery> all) override;

private:
    bool has_pending(std::span<const delivery> all) const;
    bool is_in(std::span<const delivery> all) const;
    /// To each recipient that has neither accepted nor refused it. False: it is too large and nobody has it; smaller
    /// ones are composed of its records.
    bool deliver();
    void refuse(outgoing_mail::recipient& to, const std::string& why);
    void answer(std::span<const delivery> all);
    /// False: the node is asked to stop.
    bool wait_until(duration steady);

    context& host_;
    mail_options options_;
    smtp_client server_;
    pace pace_;
    std::optional<kit::site_time> clock_;   // from start on
    std::optional<outgoing_mail> outgoing_; // until its records are answered
    size_bound bound_;
};

} // namespace releve::mail
