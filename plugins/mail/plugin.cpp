// SPDX-License-Identifier: Apache-2.0
#include "components/mail_sink.hpp"

RELEVE_PLUGIN("mail", "1.0.0", releve::component<releve::mail::mail_sink>("mail"))
