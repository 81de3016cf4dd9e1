# SPDX-License-Identifier: Apache-2.0
# ftp_server.py FOLDER: an FTP server as a WES has it, on a free port that is printed: lists in the style of DOS, one session at
# a time, a "refuse" file in FOLDER/.. refuses each. Ends with its standard input.
import os
import sys
import threading
import time

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

root = sys.argv[1]


class dos_listing(AbstractedFS):
    def format_list(self, basedir, listing, ignore_err=True):
        for name in listing:
            path = os.path.join(basedir, name)
            about = os.stat(path)
            when = time.strftime("%m-%d-%y  %I:%M%p", time.gmtime(about.st_mtime))
            what = "<DIR>" if os.path.isdir(path) else str(about.st_size)
            yield f"{when} {what:>21} {name}\r\n".encode("latin-1")


class handler(FTPHandler):
    banner = "Keil FTP service"
    abstracted_fs = dos_listing

    def on_connect(self):
        if os.path.exists(root + ".refuse"):
            self.respond("421 Too many users")
            self.close_when_done()


users = DummyAuthorizer()
users.add_user("adminftp", "wesftp", root, perm="elr")
handler.authorizer = users
server = FTPServer(("127.0.0.1", 0), handler)
server.max_cons = 3  # control, passive, and the one that is told to wait
print(server.address[1], flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever(handle_exit=False)
