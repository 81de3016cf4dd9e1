// SPDX-License-Identifier: Apache-2.0
#include "file_sink.hpp"

RELEVE_PLUGIN("file", "1.0.0", releve::component<releve::file::file_sink>("file"))
