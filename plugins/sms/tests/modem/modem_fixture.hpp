// SPDX-License-Identifier: Apache-2.0
// An emulated modem in the time of a test, the sections that name it, and messages in and out of it.
#pragma once
#include "emulated_modem.hpp"
#include "modem/modem.hpp"
#include "pdu/base16.hpp"
#include "pdu/pdu.hpp"

#include <releve/testing/site.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace modem_fixture {

using namespace releve::sms;

struct fixture {
    std::filesystem::path folder;
    gsm_modem::emulated_modem device;

    static std::filesystem::path made() {
        auto pattern = (std::filesystem::temp_directory_path() / "releve-sms-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        return pattern;
    }
    explicit fixture(int capacity = 20)
        : folder{made()}
        , device{(folder / "modem").string(), capacity, gsm_modem::pace::steps} {}
    ~fixture() { std::filesystem::remove_all(folder); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    /// The modem works whenever all nodes wait.
    releve::testing::setup setup(const std::string& site = "testing") {
        releve::testing::setup made;
        made.site = site;
        made.peers = [this](releve::duration steady) { device.step(steady); };
        return made;
    }
    std::string modem() const {
        return "[connection.modem]\ncomponent = \"gsm_modem\"\nport = '" + (folder / "modem").string() +
               "'\ntimeout = \"300ms\"\nsend_timeout = \"1s\"\n";
    }
    std::string source(const std::string& more = {}) const {
        return modem() +
               "[source.in]\ncomponent = \"gsm_sms\"\nconnection = \"modem\"\nsenders = [\"+33601020304\"]\n" + more;
    }
    std::string sink(const std::string& more = {}) const {
        return modem() +
               "[sink.out]\ncomponent = \"sms_report\"\nconnection = \"modem\"\ninputs = [\"x\"]\nto = "
               "[\"+33612345678\"]\n" +
               more;
    }
};

inline std::string incoming(const std::string& text, const std::string& from = "+33601020304",
                            std::int64_t at = 1'767'225'600) {
    sms_deliver message;
    message.sender = address_of(from);
    message.time = pdu_time{at, 4};
    message.data.text = text;
    return to_base16(write_pdu({{}, message}));
}

inline sms_submit submit_of(const std::string& sent) {
    return std::get<sms_submit>(read_pdu(from_base16(sent).value()).message);
}

inline std::vector<std::string> texts(const std::vector<std::string>& sent) {
    std::vector<std::string> all;
    for (const auto& pdu : sent) {
        const auto submit = submit_of(pdu);
        all.push_back(submit.recipient.text + ": " + submit.data.text);
    }
    return all;
}

} // namespace modem_fixture
