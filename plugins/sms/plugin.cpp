// SPDX-License-Identifier: Apache-2.0
#include "components/gsm_modem.hpp"
#include "components/gsm_sms.hpp"
#include "components/sms_answer.hpp"
#include "components/sms_link.hpp"
#include "components/sms_report.hpp"

RELEVE_PLUGIN("sms", "1.0.0", releve::component<releve::sms::gsm_modem>("gsm_modem"),
              releve::component<releve::sms::gsm_sms>("gsm_sms"),
              releve::component<releve::sms::sms_report>("sms_report"),
              releve::component<releve::sms::sms_link>("sms_link"),
              releve::component<releve::sms::sms_answer>("sms_answer"))
