// SPDX-License-Identifier: Apache-2.0
#include <releve/kit/io/line_reader.hpp>

namespace releve::kit {

void line_reader::keep(std::string_view part) {
    if (done_) kept_.clear();
    done_ = false;
    if (skipping_) return;
    if (part.size() > max_size_ - kept_.size()) {
        skipping_ = true;
        kept_.clear();
    } else {
        kept_ += part;
    }
}

std::string_view line_reader::complete(std::string_view rest) {
    if (done_) kept_.clear();
    done_ = false;
    auto line = rest;
    if (skipping_ || rest.size() > max_size_ - kept_.size()) {
        skipping_ = false;
        kept_.clear();
        ++overlong_;
        return {};
    }
    if (!kept_.empty()) {
        line = kept_ += rest;
        done_ = true;
    }
    if (end_ == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

} // namespace releve::kit
