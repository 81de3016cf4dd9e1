// SPDX-License-Identifier: Apache-2.0
// Records as lines of a text file: the answers of a sink, and its failures.
#include <releve/sink.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

class line_sink final : public releve::sink {
    releve::context& host_;
    std::string path_;
    int file_ = -1;

public:
    static constexpr auto summary = "Records as lines of a text file";
    static void describe(releve::option_list& o) {
        o.path("path", "File that the lines are appended to").required().example("\"readings.txt\"");
    }
    explicit line_sink(releve::context& host)
        : host_{host}
        , path_{host.options().path("path")} {}

    void start() override {
        file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
        if (file_ < 0) throw releve::transient_error(path_ + ": " + std::strerror(errno));
    }
    void stop() override {
        if (file_ >= 0) ::close(file_);
        file_ = -1;
    }

    // Records without an answer count as written when write returns. When it throws, they come again.
    void write(const releve::delivery& in) override {
        std::string lines;
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue; // answered at an earlier attempt
            const auto record = in[i];
            if (record.is_text() && !fits_a_line(record.text()))
                in.reject(i, "a text with control characters does not fit a line");
            else
                lines += line(record);
        }
        append(lines);
    }

private:
    static bool fits_a_line(std::string_view text) {
        return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
    }

    static std::string text_of(double number) {
        char text[32];
        return {text, std::to_chars(text, text + sizeof text, number).ptr};
    }

    std::string line(const releve::record& record) const {
        const auto series = host_.declared(record.series());
        std::string labels;
        for (std::uint32_t i = 0; i < series.label_count(); ++i)
            labels.append(i == 0 ? "" : ",").append(series.label_key(i)).append("=").append(series.label_value(i));
        const auto value = record.is_text() ? std::string{record.text()} : text_of(record.number());
        return std::to_string(releve::to_ns(record.time())) + ' ' + std::string{series.name()} + '{' + labels + "} " +
               value + ' ' + std::string{series.unit()} + '\n';
    }

    // All or nothing: a full disk leaves no half line, and no lines that would be written twice.
    void append(const std::string& lines) {
        struct stat before {};
        if (::fstat(file_, &before) == 0 && ::write(file_, lines.data(), lines.size()) == std::ssize(lines)) return;
        const std::string why = std::strerror(errno);
        if (::ftruncate(file_, before.st_size) != 0)
            host_.log(releve::level::error, "half_line", path_ + " ends in half a line");
        throw releve::transient_error(path_ + ": " + why);
    }
};

RELEVE_PLUGIN("line-sink", "1.0.0", releve::component<line_sink>("line_sink"))
