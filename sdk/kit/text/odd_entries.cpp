// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/text/odd_entries.hpp>
#include <releve/kit/text/printable.hpp>

namespace releve::kit {
namespace {

constexpr std::size_t max_entry = 80, max_why = 160; // bytes of each
constexpr std::size_t max_listed = 8;                // entries in one sentence

/// Entries of one sentence: the first ones, and how many more there are.
class listing {
public:
    void add(std::string_view entry, std::string_view why) {
        if (++count_ > max_listed) return;
        if (!text_.empty()) text_ += "; ";
        text_ += entry;
        if (!why.empty()) text_.append(" ").append(why);
    }
    std::string text(std::size_t more = 0) {
        if (count_ > max_listed) more += count_ - max_listed;
        if (more != 0) text_ += (text_.empty() ? "" : ", and ") + std::to_string(more) + " more";
        return std::move(text_);
    }

private:
    std::string text_;
    std::size_t count_ = 0;
};

} // namespace

void odd_entries::note(std::string_view entry, std::string_view why) {
    ++noted_;
    const auto name = one_line(entry, max_entry);
    auto found = known_.find(name);
    if (found == known_.end()) {
        if (known_.size() == max_known) {
            ++beyond_;
            return;
        }
        found = known_.try_emplace(name).first;
    }
    auto& one = found->second;
    if (one.seen) return;
    one.seen = true;
    one.why = one_line(why, max_why);
}

odd_entries::told odd_entries::end_round() {
    listing begun, over;
    for (auto at = known_.begin(); at != known_.end();) {
        auto& [name, one] = *at;
        if (one.seen) {
            one.seen = false;
            one.fine = 0;
            if (one.odd < rounds_) ++one.odd;
            if (one.odd == rounds_ && !one.told) {
                one.told = true;
                begun.add(name, one.why);
            }
        } else {
            if (!one.told) one.odd = 0;
            if (++one.fine >= rounds_ || !one.told) {
                if (one.told) over.add(name, {});
                at = known_.erase(at);
                continue;
            }
        }
        ++at;
    }
    const auto more = beyond_ != 0 && !told_beyond_ ? beyond_ : 0;
    told_beyond_ = beyond_ != 0;
    last_ = noted_;
    noted_ = beyond_ = 0;
    return {begun.text(more), over.text()};
}

} // namespace releve::kit
