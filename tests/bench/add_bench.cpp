// SPDX-License-Identifier: Apache-2.0
// What writing one record into a batch costs: releve::output against a host that only gives room. Prints ns a record.
#include <releve/output.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace {

std::array<releve_record, 1000> room;

double cpu_ns() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

} // namespace

int main() {
    releve_host host{};
    host.now = [](releve_context*) noexcept -> std::int64_t { return 1; };
    host.begin = [](releve_context*, std::uint32_t, std::uint32_t, releve_writer* writer) noexcept -> releve_status {
        writer->first = writer->next = room.data();
        writer->end = room.data() + room.size();
        return RELEVE_OK;
    };
    host.emit = [](releve_context*, releve_writer*, releve_string) noexcept -> releve_status {
        asm volatile("" ::: "memory"); // the records are seen by somebody
        return RELEVE_OK;
    };
    host.discard = [](releve_context*, releve_writer*) noexcept {};
    const releve_host* volatile unknown = &host; // the compiler does not know which host it is
    releve::context context{unknown, nullptr};
    releve::output out{context};
    constexpr std::int64_t count = 200'000'000;
    const auto begun = cpu_ns();
    for (std::int64_t i = 0; i < count; ++i)
        out.add(releve::series{static_cast<std::uint32_t>(i) & 63}, static_cast<double>(i), releve::to_time(i));
    out.flush();
    std::printf("%.2f\n", (cpu_ns() - begun) / static_cast<double>(count));
}
