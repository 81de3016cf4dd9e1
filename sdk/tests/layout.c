/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

RELEVE_PLUGIN_NOTE("name layout\nversion 1.0.0\ncomponent layout 1\n"); /* the macro of C plugins compiles alone, too */

int size_of_record_in_c(void);
int size_of_record_in_c(void) { return (int)sizeof(releve_record); }
