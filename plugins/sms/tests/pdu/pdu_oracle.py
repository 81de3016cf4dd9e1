# SPDX-License-Identifier: Apache-2.0
# pdu_oracle.py FILE: what gammu reads in each line's PDU, in hexadecimal with the service centre; a line each, parted by |:
# type, number, coding, header, content in hexadecimal (text as UTF-8), local time, reference
import sys

import gammu

for line in open(sys.argv[1]):
    m = gammu.DecodePDU(bytes.fromhex(line.strip()), True)
    text = m["Text"]
    if isinstance(text, str):
        text = text.split("\0")[0].encode()  # beyond it is what gammu did not clear: it counts septets as characters
    when = m["DateTime"].strftime("%Y%m%d%H%M%S") if m["DateTime"] and m["Type"] != "Submit" else ""
    print(m["Type"], m["Number"], m["Coding"], m["UDH"]["Text"].hex().upper(), text.hex().upper(), when, m["MessageReference"], sep="|")
