// SPDX-License-Identifier: Apache-2.0
// How fast bytes become typed values on one core, beside a bare pass over the same bytes that finds the groups and sums
// their characters, and does nothing else. CPU time counts, not what else the machine does. Prints lines of
// tests/bench/figure.
#include "decoder/value.hpp"
#include "tests/frames.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>

namespace {

namespace tic = releve::teleinfo;

struct tally {
    std::uint64_t groups = 0, good = 0, sum = 0;
};

tally decode(std::string_view bytes, std::size_t block) {
    tic::tic_reader reader;
    tic::label_order order;
    tally all;
    for (std::size_t at = 0; at < bytes.size(); at += block) {
        reader.feed(bytes.substr(at, block));
        tic::tic_group group;
        tic::tic_value value;
        for (auto event = reader.next(group); event != tic::tic_event::none; event = reader.next(group)) {
            if (event != tic::tic_event::group) continue;
            ++all.groups;
            if (tic::read_value(group, order, value) != tic::tic_verdict::good) continue;
            ++all.good;
            all.sum += value.number + value.text.size() + value.at.second;
        }
    }
    return all;
}

/// Enedis-NOI-CPT_54E §6.1: a group is LF ... CR; its checksum is (sum & 0x3f) + 0x20, of all before the last character
/// in historique also without the separator.
template <bool standard>
std::uint64_t bare_pass(std::string_view bytes) {
    std::uint64_t good = 0;
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    const auto find = [&](char mark) {
        return static_cast<const char*>(std::memchr(at, mark, static_cast<std::size_t>(end - at)));
    };
    while ((at = find('\n')) != nullptr) {
        const char* const first = ++at;
        if ((at = find('\r')) == nullptr) break;
        unsigned sum = 0;
        for (const char* c = first; c < at - (standard ? 1 : 2); ++c) sum += static_cast<unsigned char>(*c);
        good += static_cast<unsigned char>(at[-1]) == (sum & 0x3f) + 0x20 ? 1U : 0U;
    }
    return good;
}

template <class Pass>
double best_seconds(Pass&& pass) {
    double best = 1e9;
    for (int round = 0; round < 7; ++round) {
        const auto begin = std::clock();
        pass();
        best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return best;
}

template <bool standard>
bool measure(const char* name, const std::string& frames) {
    constexpr std::size_t size = 64u << 20, block = 64u << 10;
    std::string bytes;
    bytes.reserve(size + frames.size());
    while (bytes.size() < size) bytes += frames;
    tally all;
    std::uint64_t summed = 0;
    const double typed = best_seconds([&] { all = decode(bytes, block); });
    const double bare = best_seconds([&] { summed = bare_pass<standard>(bytes); });
    const auto megabytes = static_cast<double>(bytes.size()) / 1e6;
    std::printf("%s: typed values|%.1f|MB/s|more|bare pass that frames and sums|%.1f\n", name, megabytes / typed,
                megabytes / bare);
    std::printf("%s: groups|%.1f|million/s\n", name, static_cast<double>(all.groups) / typed / 1e6);
    if (all.good == all.groups && summed == all.groups && all.sum != 0) return true;
    std::fprintf(stderr, "%s: of %llu groups %llu were understood, %llu have their checksum\n", name,
                 static_cast<unsigned long long>(all.groups), static_cast<unsigned long long>(all.good),
                 static_cast<unsigned long long>(summed));
    return false;
}

} // namespace

int main() {
    const bool historique =
        measure<false>("historique", tic_frames::historique_tempo() + tic_frames::historique_three_phase());
    const bool standard =
        measure<true>("standard", tic_frames::standard_one_phase() + tic_frames::standard_three_phase());
    return historique && standard ? 0 : 1;
}
