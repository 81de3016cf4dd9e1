// SPDX-License-Identifier: Apache-2.0
#include "file_sink.hpp"
#include "setting_file.hpp"

RELEVE_PLUGIN("file", "1.0.0", releve::component<releve::file::file_sink>("file"),
              releve::component<releve::file::setting_file>("setting_file"))
