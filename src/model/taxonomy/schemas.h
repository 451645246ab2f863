// Every schema's table, one extern a row; defined in the file of its family.
#pragma once

#include "model/taxonomy/schema.h"

namespace sil::taxonomy {

extern const Schema kEvtxDump, kVelociraptor;            // evtx_dump.cc, velociraptor.cc
extern const Schema kWinlogbeat, kWinlogbeatOld, kEcs;   // winlogbeat.cc, ecs.cc
extern const Schema kNxlog;                              // nxlog.cc
extern const Schema kSentinel, kSyslogTable, kDefender;  // sentinel.cc, defender.cc
extern const Schema kLaurel, kJournald, kEslogger;       // linux.cc, macos.cc
extern const Schema kZeek, kSuricata, kW3c;              // zeek.cc, suricata.cc, web.cc
extern const Schema kCloudTrail, kAzure, kUnifiedAudit;  // aws.cc, azure.cc, m365.cc
extern const Schema kGcpAudit, kWorkspace, kKubernetes;  // google.cc, kubernetes.cc
extern const Schema kOkta, kGithub, kBitbucket, kOneLogin, kDuo, kOpenCanary, kRpcFirewall;  // services.cc

extern const Schema kFortigate, kPanos;  // devices.cc
extern const Schema kOcsf;               // ocsf.cc

// Chosen by a reader of lines, never by signature.
extern const Schema kAuditd, kSyslog, kLogins, kPlainLines;      // auditd.cc, syslog.cc, plain_lines.cc
extern const Schema kShellHistory;                               // shell_history.cc
extern const Schema kAccess, kHaproxy, kErrorLog, kProxy, kIis;  // web_lines.cc
extern const Schema kCisco, kCef, kLeef, kFilterlog, kCheckpoint, kIvanti, kNfdump;  // device_lines.cc

}  // namespace sil::taxonomy
