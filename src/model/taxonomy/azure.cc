// Azure and Entra ID. One event comes in three spellings: portal and Graph, Event Hub (properties.*), Log
// Analytics.
#include "model/taxonomy/schemas.h"

namespace sil::taxonomy {

namespace {

constexpr TimeField kTimes[] = {
    {"time"},           {"TimeGenerated"},    {"activityDateTime"},          {"createdDateTime"},
    {"eventTimestamp"}, {"detectedDateTime"}, {"properties.createdDateTime"}};
constexpr KindRoute kRoutes[] = {
    {"category", "SignInLogs", "azure", "", "signinlogs"},
    {"category", "NonInteractiveUserSignInLogs", "azure", "", "signinlogs"},
    {"category", "ServicePrincipalSignInLogs", "azure", "", "signinlogs"},
    {"category", "ManagedIdentitySignInLogs", "azure", "", "signinlogs"},
    {"category", "AuditLogs", "azure", "", "auditlogs"},
    {"category", "UserRiskEvents", "azure", "", "riskdetection"},
    {"category", "RiskyUsers", "azure", "", "riskdetection"},
    {"Type", "SigninLogs", "azure", "", "signinlogs"},
    {"Type", "AADNonInteractiveUserSignInLogs", "azure", "", "signinlogs"},
    {"Type", "AuditLogs", "azure", "", "auditlogs"},
    {"Type", "AzureActivity", "azure", "", "activitylogs"},
    {"Type", "AADUserRiskEvents", "azure", "", "riskdetection"},
    // PIM alerts: seven types of their own, everything else with a riskEventType is Identity Protection.
    {"riskEventType", "noMfaOnRoleActivationAlertIncident", "azure", "", "pim"},
    {"riskEventType", "redundantAssignmentAlertIncident", "azure", "", "pim"},
    {"riskEventType", "rolesAssignedOutsidePrivilegedIdentityManagementAlertConfiguration", "azure", "", "pim"},
    {"riskEventType", "sequentialActivationRenewalsAlertIncident", "azure", "", "pim"},
    {"riskEventType", "staleSignInAlertIncident", "azure", "", "pim"},
    {"riskEventType", "tooManyGlobalAdminsAssignedToTenantAlertIncident", "azure", "", "pim"},
    {"riskEventType", "invalidLicenseAlertIncident", "azure", "", "pim"},
    {"riskEventType", "", "azure", "", "riskdetection"},
    {"properties.riskEventType", "", "azure", "", "riskdetection"},
    {"conditionalAccessStatus", "", "azure", "", "signinlogs"},
    {"ConditionalAccessStatus", "", "azure", "", "signinlogs"},
    {"ResultType", "", "azure", "", "signinlogs"},
    {"activityDisplayName", "", "azure", "", "auditlogs"},
    {"ActivityDisplayName", "", "azure", "", "auditlogs"},
    {"LoggedByService", "", "azure", "", "auditlogs"},
    {"loggedByService", "", "azure", "", "auditlogs"},
    {"resourceId", "", "azure", "", "activitylogs"},
    {"ResourceId", "", "azure", "", "activitylogs"},
    {"operationName.value", "", "azure", "", "activitylogs"},
    {"operationName", "", "azure", "", "activitylogs"},
};
constexpr Rename kAny[] = {
    {"operationName", "operationName|OperationNameValue|operationName.value|OperationName|activityDisplayName"},
    {"OperationName", "OperationName|operationName|activityDisplayName|properties.activityDisplayName"},
    {"OperationNameValue", "OperationNameValue|operationName.value|operationName"},
    {"CategoryValue", "CategoryValue|category.value|category"},
    {"Category", "Category|category|properties.category"},
    {"ResourceProviderValue", "ResourceProviderValue|resourceProviderName.value|resourceProviderName"},
    {"ResourceId", "ResourceId|resourceId|_ResourceId"},
    {"properties.message",
     "properties.message|properties.activityDisplayName|activityDisplayName|"
     "ActivityDisplayName|OperationName|operationName"},
    {"ActivityDisplayName", "ActivityDisplayName|activityDisplayName|properties.activityDisplayName"},
    {"LoggedByService", "LoggedByService|loggedByService|properties.loggedByService"},
    {"TargetResources", "TargetResources|targetResources|properties.targetResources"},
    {"properties.targetResources", "properties.targetResources|targetResources|TargetResources"},
    {"Initiatedby", "InitiatedBy|initiatedBy|properties.initiatedBy"},
    {"Initiatied.By", "InitiatedBy|initiatedBy|properties.initiatedBy"},
    {"properties.initiatedBy", "properties.initiatedBy|initiatedBy|InitiatedBy"},
    {"Status", "Status|status|Result|result|properties.result|resultType"},
    {"properties.result", "properties.result|result|Result"},
    {"ResultType", "ResultType|resultType|properties.status.errorCode|status.errorCode"},
    {"ResultDescription",
     "ResultDescription|resultDescription|properties.status.failureReason|"
     "status.failureReason"},
    {"AuthenticationRequirement",
     "AuthenticationRequirement|authenticationRequirement|properties.authenticationRequirement"},
    {"properties.authenticationRequirement",
     "properties.authenticationRequirement|authenticationRequirement|AuthenticationRequirement"},
    {"userAgent", "userAgent|UserAgent|properties.userAgent"},
    {"location", "location|Location|properties.location"},
    {"conditionalAccessStatus", "conditionalAccessStatus|properties.conditionalAccessStatus"},
    {"NetworkLocationDetails",
     "NetworkLocationDetails|networkLocationDetails|"
     "properties.networkLocationDetails"},
    {"DeviceDetail.trusttype",
     "DeviceDetail.trustType|deviceDetail.trustType|"
     "properties.deviceDetail.trustType"},
    {"DeviceDetail.deviceId", "DeviceDetail.deviceId|deviceDetail.deviceId|properties.deviceDetail.deviceId"},
    {"DeviceDetail.isCompliant",
     "DeviceDetail.isCompliant|deviceDetail.isCompliant|"
     "properties.deviceDetail.isCompliant"},
    {"properties.deviceDetail.deviceId",
     "properties.deviceDetail.deviceId|deviceDetail.deviceId|"
     "DeviceDetail.deviceId"},
    {"properties.appId", "properties.appId|appId|AppId"},
    {"ResourceDisplayName", "ResourceDisplayName|resourceDisplayName|properties.resourceDisplayName"},
    {"Username", "Username|userPrincipalName|UserPrincipalName|properties.userPrincipalName"},
    {"ClientApp", "ClientApp|clientAppUsed|ClientAppUsed|properties.clientAppUsed"},
    {"callerIpAddress", "callerIpAddress|CallerIpAddress|ipAddress|IPAddress"},
    {"homeTenantId", "homeTenantId|HomeTenantId|properties.homeTenantId"},
    {"resourceTenantId", "resourceTenantId|ResourceTenantId|properties.resourceTenantId"},
    {"riskEventType", "riskEventType|properties.riskEventType|RiskEventType"},
    {"RiskState", "RiskState|riskState|properties.riskState"},
    {"activityType", "activityType|activityDisplayName|properties.activityDisplayName|ActivityDisplayName"},
    {"ActivityType", "activityType|activityDisplayName|properties.activityDisplayName|ActivityDisplayName"},
    {"failure_status_reason", "resultReason|ResultReason|properties.resultReason|ResultDescription|resultDescription"},
    {"ConsentContext.IsAdminConsent",
     "ConsentContext.IsAdminConsent|targetResources|TargetResources|properties.targetResources",
     Translation::kNamedMember, "ConsentContext.IsAdminConsent"},
    {"additionalDetails.additionalInfo",
     "additionalDetails.additionalInfo|additionalDetails|AdditionalDetails|properties.additionalDetails",
     Translation::kNamedMember, "AdditionalInfo"},
};
constexpr SchemaFields kFields[] = {{"", "", 0, 0, kAny}};

}  // namespace

constinit const Schema kAzure = {
    .name = "azure",
    .title = "Azure activity, Entra ID audit, sign-in and risk logs",
    .signature =
        "operationName,resourceId; operationName.value,resourceId; OperationNameValue; riskEventType; "
        "activityDisplayName,initiatedBy.*; ActivityDisplayName; conditionalAccessStatus; "
        "ConditionalAccessStatus; category=AuditLogs; category=SignInLogs; properties.riskEventType; "
        "loggedByService; LoggedByService; Type=AzureActivity; Type=AuditLogs; Type=SigninLogs",
    .product = "azure",
    .times = kTimes,
    .routes = kRoutes,
    .fields = kFields,
};

}  // namespace sil::taxonomy
