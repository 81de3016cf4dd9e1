// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"

#include <releve/sink.hpp>

#include <memory>
#include <string>

namespace releve::sms {

/// Records for another site, over the link that gsm_sms has to it. A record is written when it is safe with the link,
/// which sends it until the other end has acknowledged it.
class sms_link final : public sink {
public:
    static constexpr auto summary = "Records as packets for another site";
    static void describe(option_list& o);
    explicit sms_link(context& host);
    void start() override;
    void write(const delivery& in) override;

private:
    context& host_;
    std::string number_;
    int decimals_;
    duration timeout_;
    std::shared_ptr<link_tray> tray_;
};

} // namespace releve::sms
