// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/begun_mail.hpp"
#include "components/mail_options.hpp"
#include "components/pace.hpp"
#include "smtp/client.hpp"
#include "text/site_clock.hpp"

#include <releve/sink.hpp>

#include <memory>
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
    /// All of it in as few mails as may be; then rests, so that what comes meanwhile is one mail.
    void write_group(std::span<const delivery> all) override;

private:
    bool has_pending(std::span<const delivery> all) const;
    bool is_in(std::span<const delivery> all) const;
    /// To each recipient that has neither taken nor refused it.
    void deliver();
    void answer(std::span<const delivery> all);
    /// False: the node is to end.
    bool wait_until(duration steady);

    context& host_;
    mail_options how_;
    smtp_client server_;
    pace pace_;
    std::unique_ptr<site_clock> clock_;
    std::optional<begun_mail> begun_; // until it is answered for
};

} // namespace releve::mail
