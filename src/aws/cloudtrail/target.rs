//! What a call was about, from its parameters.

use serde_json::Value;

use crate::aws::cloudtrail::fields::{field, string};

/// Parameters that name what a call is about, the most telling first.
const NAMES: [&str; 40] = [
    // IAM and STS. Names of users come before those of their policies, groups and keys.
    "userName",
    "roleName",
    "groupName",
    "instanceProfileName",
    "policyArn",
    "policyName",
    "roleArn",
    "accessKeyId",
    // Services that hold data, code or secrets.
    "functionName",
    "bucketName",
    "tableName",
    "secretId",
    "keyId",
    "queueUrl",
    "topicArn",
    "logGroupName",
    "repositoryName",
    "modelId",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "clusterName",
    "cluster",
    "serviceName",
    "stackName",
    "projectName",
    "domainName",
    // Machines and networks.
    "instanceId",
    "groupId",
    "volumeId",
    "snapshotId",
    "imageId",
    "keyName",
    // Names of many services: trails, parameters, federated users.
    "trailName",
    "detectorId",
    "emailIdentity",
    "name",
    "id",
    "resourceArn",
    "resourceName",
    "accountId",
];

/// Lists of EC2 with the parameters' own names in their items: `instancesSet.items[].instanceId`.
const SETS: [(&str, &str); 3] =
    [("instancesSet", "instanceId"), ("imagesSet", "imageId"), ("volumeSet", "volumeId")];

/// Returns the name of the user, role, function or bucket that a call is about, without the rest of
/// its ARN.
pub(super) fn target(parameters: &Value) -> Option<&str> {
    let named = |name: &&str| field(parameters, name).and_then(string);
    NAMES.iter().find_map(named).or_else(|| in_set(parameters)).map(short_name)
}

fn in_set(parameters: &Value) -> Option<&str> {
    SETS.iter().find_map(|(set, name)| {
        let items = field(field(parameters, set)?, "items")?.as_array()?;
        items.iter().find_map(|item| field(item, name).and_then(string))
    })
}

/// Returns the name at the end of an ARN or a queue's URL, and any other text as it is.
fn short_name(text: &str) -> &str {
    if text.starts_with("https://") {
        return last_part(text);
    }
    // arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", _, service, _, _, resource] = parts[..] else { return text };
    let resource = resource.strip_suffix(":*").unwrap_or(resource);
    let name = match service {
        // Names of users, roles and policies have a path.
        "iam" | "sts" => last_part(resource),
        "s3" => resource,
        _ => resource.split_once([':', '/']).map_or(resource, |(_, name)| name),
    };
    if name.is_empty() { text } else { name }
}

fn last_part(text: &str) -> &str {
    text.rsplit('/').find(|part| !part.is_empty()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_target_is_the_most_telling_parameter() {
        for (parameters, expected) in [
            (
                json!({"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "userName": "ann"}),
                "ann",
            ),
            (json!({"policyArn": "arn:aws:iam::aws:policy/job-function/Billing"}), "Billing"),
            (json!({"roleArn": "arn:aws:iam::1:role/x/Deploy", "roleSessionName": "s"}), "Deploy"),
            (json!({"functionName": "arn:aws:lambda:eu-west-1:1:function:pay:3"}), "pay:3"),
            (json!({"bucketName": "logs", "Host": "logs.s3.amazonaws.com"}), "logs"),
            (json!({"BucketName": "logs"}), "logs"),
            (
                json!({"secretId": "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf"}),
                "prod/db-AbCdEf",
            ),
            (json!({"topicArn": "arn:aws:sns:eu-west-1:1:alerts"}), "alerts"),
            (json!({"logGroupName": "/aws/lambda/pay"}), "/aws/lambda/pay"),
            (json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/1/jobs"}), "jobs"),
            (json!({"instancesSet": {"items": [{"instanceId": "i-1"}]}}), "i-1"),
            (json!({"name": "organization-trail"}), "organization-trail"),
            (json!({"userName": "", "name": "x"}), "x"),
            (json!({"userName": {"a": 1}, "name": "arn:"}), "arn:"),
        ] {
            assert_eq!(target(&parameters), Some(expected), "{parameters}");
        }
        for parameters in [json!({}), json!(null), json!([1]), json!("ann"), json!({"maxItems": 9})]
        {
            assert_eq!(target(&parameters), None, "{parameters}");
        }
    }
}
