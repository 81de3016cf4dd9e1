// SPDX-License-Identifier: Apache-2.0
// The component: at each interval, every chip of one bus.
#include "chip.hpp"
#include "owserver/server_bus.hpp"
#include "probe.hpp"
#include "settings.hpp"
#include "w1/kernel_bus.hpp"

#include <releve/kit/text/printable.hpp>
#include <releve/source.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace releve::onewire {

class onewire final : public source {
public:
    static constexpr auto summary = "1-Wire chips, by an owserver or by the kernel";
    static void describe(option_list& o) { settings::describe(o); }

    explicit onewire(context& host)
        : host_{host}
        , settings_{host}
        , where_{settings_.server.empty() ? settings_.folder : settings_.server}
        , rejected_{host.counter_metric("rejected_values_total", "Values that were read and rejected")}
        , up_{host.declare({.name = "up",
                            .quantity = "state",
                            .unit = "1",
                            .help = "1 while the owserver, or the kernel's folder, can be asked",
                            .resolution = 1})}
        , bus_{make_bus()} {
        for (const auto& one : settings_.devices)
            if (!one.name.empty()) names_.insert(one.name);
    }

    void probe() override {
        try {
            kit::odd_entries odd; // told at the first reading
            bus_->list(odd);
        } catch (const bus_lost& why) {
            throw transient_error(where_ + " " + why.what());
        }
        bus_->close();
    }
    void stop() override { bus_->close(); }

    void collect(output& out) override {
        for (auto& [id, one] : probes_) one.result = {};
        std::string lost;
        try {
            find_probes();
            read_all();
        } catch (const bus_lost& why) {
            lost = why.what();
            bus_->close();
        }
        if (lost.empty())
            host_.back(where_);
        else
            host_.lost(where_, lost);
        out.add(up_, lost.empty() ? 1.0 : 0.0);
        if (has_odd_ && lost.empty()) out.add(passed_over(), odd_.count());
        for (auto& [id, one] : probes_) report(one, out);
        tell_values();
    }

private:
    static constexpr std::size_t max_probes = 1000;
    static constexpr std::size_t few = 3; // thermometers: for more, one conversion for all is worth it

    struct outcome {
        bool asked = false;
        std::string failure;
        std::vector<chip_value> values;
    };
    struct entry {
        std::unique_ptr<releve::onewire::probe> is;
        bool named = false;  // in `devices`: read whether listed or not
        bool listed = false; // on the bus when it was listed last
        outcome result;
    };

    series passed_over() {
        if (!passed_over_)
            passed_over_ = host_.declare({.name = "entries_passed_over",
                                          .quantity = "count",
                                          .unit = "1",
                                          .help = "Entries that the bus lists and that are no chip",
                                          .resolution = 1});
        return passed_over_;
    }

    std::unique_ptr<bus> make_bus() {
        if (settings_.server.empty()) return std::make_unique<w1_bus>(settings_.folder, kit::waiter{host_});
        return std::make_unique<owserver_bus>(settings_.address, settings_.timeouts, settings_.uncached,
                                              settings_.aliases, kit::waiter{host_});
    }

    /// What the bus lists and is no chip costs none of the others: told once, and once when it is over.
    std::vector<std::string> list() {
        auto all = bus_->list(odd_);
        const auto told = odd_.end_round();
        if (!told.begun.empty())
            host_.log(level::warning, "odd_entries", where_ + ": passes over entries of the bus: " + told.begun);
        if (!told.over.empty()) host_.log(level::info, "odd_entries_over", where_ + ": no longer lists: " + told.over);
        has_odd_ = has_odd_ || odd_.count() != 0;
        return all;
    }

    /// Adds the chips that are new on the bus. Throws bus_lost.
    void find_probes() {
        for (const auto& one : settings_.devices)
            if (!probes_.contains(one.id) && (!one.name.empty() || !settings_.scan))
                add(one.id, one.name.empty() ? one.id : one.name, one.humidity, true);
        if (!settings_.scan) return;
        for (auto& [id, one] : probes_) one.listed = false;
        std::string news;
        for (const auto& id : list()) {
            const auto found = probes_.find(id);
            if (found != probes_.end()) {
                found->second.listed = true;
                continue;
            }
            const auto is = chip_of(id);
            if (is == chip::other || (settings_.server.empty() && is == chip::ds2406)) continue;
            if (probes_.size() >= max_probes) {
                host_.log(level::warning, "too_many", where_ + ": more than 1,000 chips; the others are not read");
                break;
            }
            add_found(id);
            if (news.size() < 2000) news.append(" ").append(id);
        }
        if (!news.empty()) host_.log(level::info, "found", where_ + ": found" + news);
        if (odd_alias_.empty()) return;
        host_.log(level::warning, "odd_alias",
                  where_ +
                      ": reported by their addresses, because their aliases are longer than 64 bytes, no UTF-8, or "
                      "given twice:" +
                      odd_alias_.substr(0, 2000));
        odd_alias_.clear();
    }

    void add_found(const std::string& id) {
        const auto alias = bus_->alias(id);
        const bool usable = !alias.empty() && alias.size() <= 64 && !names_.contains(alias) &&
                            kit::printable(alias) == alias; // UTF-8, without control characters
        if (!alias.empty() && !usable) odd_alias_ += " " + id;
        const auto& name = usable ? alias : id;
        names_.insert(name);
        const auto* setting = setting_of(id);
        add(id, name, setting == nullptr ? settings_.humidity : setting->humidity, setting != nullptr).listed = true;
    }

    const device_setting* setting_of(const std::string& id) const {
        for (const auto& one : settings_.devices)
            if (one.id == id) return &one;
        return nullptr;
    }

    entry& add(const std::string& id, const std::string& name, humidity_chip humidity, bool named) {
        auto& made = probes_[id];
        made.is = std::make_unique<releve::onewire::probe>(host_, id, name, humidity, settings_.temperature, rejected_);
        made.named = named;
        return made;
    }

    /// Throws bus_lost; the chips after that one were not read.
    void read_all() {
        const bool converted = one_conversion_pays() && bus_->convert();
        for (auto& [id, one] : probes_) {
            if (host_.stopping()) throw stopped{};
            if (!one.named && !one.listed) {
                one.result = {true, "is not on the bus", {}};
                continue;
            }
            auto request = one.is->request();
            request.converted = converted;
            try {
                auto values = bus_->read(request);
                one.result = {true, {}, std::move(values)};
            } catch (const probe_lost& why) {
                one.result = {true, why.what(), {}};
            }
        }
    }

    bool one_conversion_pays() {
        if (settings_.conversion == simultaneous::off) return false;
        std::vector<std::string> thermometers;
        for (const auto& [id, one] : probes_)
            if (chip_of(id) == chip::thermometer && (one.named || one.listed)) thermometers.push_back(id);
        if (settings_.conversion == simultaneous::on) return !thermometers.empty();
        return thermometers.size() > few && std::none_of(thermometers.begin(), thermometers.end(),
                                                         [this](const auto& id) { return bus_->parasite(id); });
    }

    void report(entry& one, output& out) {
        if (!one.result.asked)
            one.is->unknown(out);
        else if (!one.result.failure.empty())
            one.is->lost(one.result.failure, out);
        else
            one.is->take(one.result.values, out, odd_values_);
    }

    void tell_values() {
        const auto told = odd_values_.end_round();
        if (!told.begun.empty()) host_.log(level::warning, "value_rejected", told.begun);
        if (!told.over.empty()) host_.log(level::info, "value_accepted", "no longer rejected: " + told.over);
    }

    context& host_;
    settings settings_;
    std::string where_;
    metric rejected_;
    series up_;
    std::unique_ptr<bus> bus_;
    std::map<std::string, entry> probes_; // by address
    std::set<std::string> names_;
    std::string odd_alias_;             // chips that were found just now, whose aliases can't be names
    kit::odd_entries odd_, odd_values_; // of the bus; of its chips
    bool has_odd_ = false;              // since the start
    series passed_over_;
};

} // namespace releve::onewire

RELEVE_PLUGIN("onewire", "0.1.0", releve::component<releve::onewire::onewire>("onewire"))
