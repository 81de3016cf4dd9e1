# SPDX-License-Identifier: Apache-2.0
# backup_files.py FILE FOLDER: each line's PDU, in hexadecimal with the service centre, as the file that gammu makes of it
# (.smsbackup), named by the line's number from 0
import sys

import gammu

for number, line in enumerate(open(sys.argv[1])):
    message = gammu.DecodePDU(bytes.fromhex(line.strip()), True)
    gammu.SaveSMSBackup("%s/%d" % (sys.argv[2], number), [message])
