#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mail server for the tests, on aiosmtpd: mail_server.py FOLDER.

Creates a certificate authority and a certificate for "localhost", listens on ports of 127.0.0.1 that the system chooses, prints
them as one line, and ends with its standard input. Each message is parsed by Python's library and written to
FOLDER/mail/N.*, each command to FOLDER/commands: "connection listener tls verb". The recipient determines the answer:
the word before "-" in the local part; some answers are given only the first time.
"""
import asyncio
import base64
import email
import email.policy
import functools
import logging
import os
import re
import ssl
import subprocess
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

logging.getLogger("mail.log").disabled = True  # failures are intended
warnings.simplefilter("ignore")

folder = sys.argv[1]
user, password = b"releve", b"s3cret-word"
counts = {"connection": 0, "mail": 0}
met = set()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates():
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        openssl("req", "-x509", *curve, "-keyout", name + ".key", "-out", name + ".pem", "-days", "2", "-subj", "/CN=test " + name,
                "-addext", "basicConstraints=critical,CA:TRUE")
    openssl("req", *curve, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=mail")
    with open(folder + "/extensions", "w") as file:
        file.write("subjectAltName=DNS:localhost\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extensions", "-out", "server.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/server.pem", folder + "/server.key")
    return context


class Session(SMTP):
    """One connection, with its number."""

    def __init__(self, *arguments, listener, **more):
        super().__init__(*arguments, **more)
        self.listener = listener
        counts["connection"] += 1
        self.number = counts["connection"]

    def tls(self):
        return int(self.transport.get_extra_info("ssl_object") is not None)


def noted(verb, method):
    @functools.wraps(method)
    async def with_note(self, *arguments):
        with open(folder + "/commands", "a") as file:
            file.write(f"{self.number} {self.listener} {self.tls()} {verb}\n")
        return await method(self, *arguments)
    return with_note


for one in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"):
    setattr(Session, "smtp_" + one, noted(one, getattr(SMTP, "smtp_" + one)))


def script(address):
    return address.split("@")[0].split("-")[0]


def scripted(address, step):
    """ "rcpt504_5.5.2-1@..." is answered "504 5.5.2 says the test" to RCPT, "data554@..." "554 says the test" to the message."""
    found = re.fullmatch(step + r"([0-9]{3})(?:_([0-9.]+))?(?:_([a-z]+))?", script(address))
    return found and " ".join([*filter(None, found.groups()), "says the test"])


def first(address):
    known = address in met
    met.add(address)
    return not known


async def never():
    await asyncio.Event().wait()


class Handler:
    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        if server.listener == "nologin":
            responses = [one for one in responses if "AUTH" not in one]
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if script(address) == "banned":
            return "550 5.7.1 this sender may not send"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        action = script(address)
        if action == "no":
            return "550-5.1.1 no such\r\n550 5.1.1 user here"
        if action == "grey" and first(address):
            return "451 4.7.1 greylisted, come back later"
        if action == "never":
            return "452 4.2.2 mailbox full"
        if action == "bye" and first(address):
            return "421 4.3.2 shutting down"
        if action == "drop" and first(address):
            server.transport.abort()
            return "250 OK"
        if action == "slow" and first(address):
            await never()
        if reply := scripted(address, "rcpt"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        action = script(to)
        new = first(to)
        if action == "tight" and len(envelope.original_content) > 8000:
            return "552 5.3.4 Message size exceeds limit"
        if reply := scripted(to, "data"):
            return reply
        self.keep(server, session, envelope)
        if action == "full" and new:
            return "452 4.3.1 out of room"
        if action == "spam":
            return "554 5.7.1 looks like spam"
        if action == "cut" and new:
            server.transport.abort()
        return "250 2.0.0 queued"

    async def handle_QUIT(self, server, session, envelope):
        if getattr(session, "hangs", False):
            await never()
        return "221 Bye"

    def keep(self, server, session, envelope):
        session.hangs = script(envelope.rcpt_tos[0]) == "noquit"
        counts["mail"] += 1
        path = f"{folder}/mail/{counts['mail']}"
        raw = envelope.original_content
        parsed = email.message_from_bytes(raw, policy=email.policy.default)
        bodies = {part.get_content_type(): part.get_content() for part in parsed.walk() if not part.is_multipart()}
        facts = {
            "connection": server.number, "tls": server.tls(), "login": session.authenticated and "yes" or "no",
            "hello": session.host_name, "envelope-from": envelope.mail_from, "envelope-to": " ".join(envelope.rcpt_tos),
            "type": parsed.get_content_type(), "defects": len(parsed.defects), "names": " ".join(parsed.keys()),
            "longest": max(len(line) for line in raw.split(b"\r\n")), "bare": raw.replace(b"\r\n", b"").count(b"\n"),
        }
        for name in ("Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted"):
            facts[name] = str(parsed[name]).replace("\n", "\\n")
        for kind, name in (("text/plain", "text"), ("text/html", "html")):
            with open(path + "." + name, "w", newline="") as file:
                file.write(bodies.get(kind, ""))
        with open(path + ".raw", "wb") as file:
            file.write(raw)
        with open(path + ".facts", "w") as file:
            file.writelines(f"{name}={value}\n" for name, value in facts.items())


def authenticate(server, session, envelope, mechanism, data):
    if data.login == b"echo":  # some servers cite what they don't like
        blob = base64.b64encode(b"\0" + data.login + b"\0" + data.password).decode()
        alone = base64.b64encode(data.password).decode()
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 no: AUTH PLAIN {blob} or {alone[:12]}")
    return AuthResult(success=(data.login, data.password) == (user, password), handled=False)


async def main():
    os.mkdir(folder + "/mail")
    open(folder + "/commands", "w").close()
    context = make_certificates()
    loop = asyncio.get_running_loop()

    def session(listener):
        with_tls = {"tls_context": context, "require_starttls": listener != "fickle"}
        with_login = {"authenticator": authenticate, "auth_required": True}
        options = {"starttls": {**with_tls, **with_login}, "implicit": {**with_login, "auth_require_tls": False}, "plain": {},
               "nologin": with_tls, "small": {"data_size_limit": 8000}, "fickle": with_tls if os.path.exists(folder + "/offer-tls") else {}}[listener]
        return Session(Handler(), hostname="localhost", listener=listener, enable_SMTPUTF8=False, **options)

    ports = []
    for listener in ("starttls", "implicit", "plain", "small", "nologin", "fickle"):
        server = await loop.create_server(functools.partial(session, listener), "127.0.0.1", 0,
                                          ssl=context if listener == "implicit" else None)
        ports.append(f"{listener}={server.sockets[0].getsockname()[1]}")
    print(*ports, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)  # sessions that never answer would delay it


asyncio.run(main())
