// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "components/gsm_modem.hpp"
#include "link/link.hpp"

#include <releve/option_list.hpp>
#include <releve/output.hpp>

#include <memory>
#include <string>
#include <vector>

namespace releve::sms {

/// This site's end of a link to another site: records that an sms_link leaves go out as packets, and packets that
/// arrive become records. gsm_sms owns it, and keeps it in its state: packets are saved before they are sent.
class link_end {
public:
    /// A table of `links`.
    static void describe(option_list& o);
    /// `room`: octets of state that it may use. `lost`: counts
    /// records that it can't pass on. Throws bad_option.
    link_end(context& host, gsm_modem& modem, const option_values& options, const std::string& path, std::size_t room,
             metric lost);

    link_end(const link_end&) = delete;
    link_end& operator=(const link_end&) = delete;
    ~link_end();

    const std::string& number() const noexcept { return number_; }
    /// Readable while there are records in the tray; -1: the link takes no more.
    int tray_fd() const noexcept;
    /// Restores what was saved, at the start.
    void load();
    /// A message from the other end: emits its records with the link's state, and returns that emit's number. 0: it
    /// is neither a packet nor an acknowledgement.
    std::uint64_t take(std::span<const std::uint8_t> message, output& out);
    /// Takes the records from the tray, packs them, and says which are safe.
    void prepare(output& out);
    /// Sends what is due. Throws modem_error.
    void send(const modem_turn& turn, output& out);

private:
    void emit(const std::vector<packet_record>& records, output& out);
    bool has_room() const noexcept;
    series declared(const series_definition& of) const;
    void save(output& out);
    octets submit(const octets& message) const;
    std::int64_t seconds() const;

    context& host_;
    std::string number_;
    bool base16_;
    octets key_out_, key_in_;
    link_sender sender_;
    link_receiver receiver_;
    std::shared_ptr<link_tray> tray_;
    std::vector<std::shared_ptr<link_receipt>> unsaved_;                        // of what was taken since the last save
    std::vector<std::pair<std::uint64_t, std::shared_ptr<link_receipt>>> owed_; // by the emit that saves it
    std::uint64_t saved_in_ = 0;                                                // number of an emit
    std::size_t chunks_ = 0;
    std::size_t room_;
    bool is_full_ = false; // of what waits: it takes no more
    series open_, messages_;
    metric lost_;
    std::int64_t sent_ = 0;
    std::vector<series> declared_; // by number in the receiver's dictionary
    std::vector<series_definition> declared_as_;
};

} // namespace releve::sms
