// SPDX-License-Identifier: Apache-2.0
#include "gsm_modem.hpp"
#include "gsm_sms.hpp"
#include "sms_answer.hpp"
#include "sms_link.hpp"
#include "sms_report.hpp"

RELEVE_PLUGIN("sms", "1.0.0", releve::component<releve::sms::gsm_modem>("gsm_modem"),
              releve::component<releve::sms::gsm_sms>("gsm_sms"),
              releve::component<releve::sms::sms_report>("sms_report"),
              releve::component<releve::sms::sms_link>("sms_link"),
              releve::component<releve::sms::sms_answer>("sms_answer"))
