// SPDX-License-Identifier: Apache-2.0
// Appends each record to a file as a line. Write to your database, screen or device instead.
#include <releve/record_text.hpp>
#include <releve/sink.hpp>

#include <fstream>

class my_node_sink final : public releve::sink {
    releve::context& host_;
    std::string path_;
    std::ofstream file_;

public:
    static constexpr auto summary = "Records as lines of a file";

    // The options in the pipeline file. Their checks, documentation and completion in editors are derived from this.
    static void describe(releve::option_list& o) {
        o.path("path", "File that the lines are appended to").required().example("\"readings.txt\"");
    }

    // Checks and stores the options. No I/O here: `releve check` creates every node and starts none.
    explicit my_node_sink(releve::context& host)
        : host_{host}
        , path_{host.options().path("path")} {}

    void start() override {
        file_.open(path_, std::ios::app);
        if (!file_) throw releve::transient_error(path_ + ": can't be opened for writing");
    }

    // Records without an answer count as written when write returns, and are delivered again when it throws.
    void write(const releve::delivery& in) override {
        for (std::size_t i = 0; i < in.size(); ++i) {
            if (!in.pending(i)) continue; // answered in an earlier attempt
            const auto record = in[i];
            if (record.is_text() && record.text().find('\n') != std::string_view::npos) {
                in.reject(i, "a text of several lines does not fit a line");
                continue;
            }
            file_ << releve::to_ns(record.time()) << ' ' << host_.declared(record.series()).name() << ' ';
            if (record.quality() == releve::quality::absent)
                file_ << "absent\n";
            else if (record.is_text())
                file_ << record.text() << '\n';
            else
                file_ << releve::shortest(record.number()) << '\n'; // all digits, whatever the locale
        }
        if (!file_.flush()) {
            file_.clear();
            throw releve::transient_error(path_ + ": can't be written");
        }
    }

    void stop() override { file_.close(); }
};

RELEVE_PLUGIN("my-node", "0.1.0", releve::component<my_node_sink>("my_node"))
