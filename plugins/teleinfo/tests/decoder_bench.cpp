// SPDX-License-Identifier: Apache-2.0
// How fast bytes become typed values on one core: one line a mode. CPU time counts, not what else the machine does.
#include "decoder/value.hpp"
#include "tests/frames.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

namespace {

namespace tic = releve::teleinfo;

struct tally {
    std::uint64_t groups = 0, good = 0, sum = 0;
};

tally decode(std::string_view bytes, std::size_t block) {
    tic::tic_reader reader;
    tally all;
    for (std::size_t at = 0; at < bytes.size(); at += block) {
        reader.feed(bytes.substr(at, block));
        tic::tic_group group;
        tic::tic_value value;
        for (auto event = reader.next(group); event != tic::tic_event::none; event = reader.next(group)) {
            if (event != tic::tic_event::group) continue;
            ++all.groups;
            if (tic::read_value(group, value) != tic::tic_verdict::good) continue;
            ++all.good;
            all.sum += value.number + value.text.size() + value.at.second;
        }
    }
    return all;
}

void measure(const char* name, const std::string& frames) {
    constexpr std::size_t size = 64u << 20, block = 64u << 10;
    std::string bytes;
    bytes.reserve(size + frames.size());
    while (bytes.size() < size) bytes += frames;
    double best = 1e9;
    tally all;
    for (int round = 0; round < 7; ++round) {
        const auto begin = std::clock();
        all = decode(bytes, block);
        best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    std::printf("%s %.1f MB/s %.1f Mgroup/s\n", name, static_cast<double>(bytes.size()) / best / 1e6,
                static_cast<double>(all.groups) / best / 1e6);
    if (all.good != all.groups || all.sum == 0) std::fprintf(stderr, "%s: a group was not understood\n", name);
}

} // namespace

int main() {
    measure("historique", tic_frames::historique_tempo() + tic_frames::historique_three_phase());
    measure("standard", tic_frames::standard_one_phase() + tic_frames::standard_three_phase());
}
