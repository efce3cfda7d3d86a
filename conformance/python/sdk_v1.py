"""aliyun-python-sdk-ecs, the classic SDK: signature V1, POST with all parameters in the query, JSON."""

import json
from importlib import import_module

from aliyunsdkcore.client import AcsClient

from target import ENDPOINT, KEY_ID, KEY_SECRET, REGION, SECURE, check, refused

client = AcsClient(KEY_ID, KEY_SECRET, REGION)


def call(action, **parameters):
    module = import_module(f"aliyunsdkecs.request.v20140526.{action}Request")
    request = getattr(module, f"{action}Request")()
    request.set_endpoint(ENDPOINT)
    request.set_protocol_type("https" if SECURE else "http")
    request.set_accept_format("json")
    for name, value in parameters.items():
        getattr(request, f"set_{name}")(value)
    return json.loads(client.do_action_with_exception(request))


group = call("CreateSecurityGroup", SecurityGroupName="python-v1", Description="Python, V1 & more: *~ü")["SecurityGroupId"]
try:
    call("AuthorizeSecurityGroupEgress", SecurityGroupId=group, IpProtocol="udp", PortRange="53/53", DestCidrIp="10.0.0.53", Policy="accept", Priority="9")
    answer = call("DescribeSecurityGroupAttribute", SecurityGroupId=group)
    rule = answer["Permissions"]["Permission"][0]
    check("the priority is a JSON number", rule["Priority"], 9)
    check("a bare address stays bare", rule["DestCidrIp"], "10.0.0.53")
    check("unused members are empty texts", (rule["SourceCidrIp"], rule["DestGroupId"], rule["Description"]), ("", "", ""))
    call("ModifySecurityGroupAttribute", SecurityGroupId=group, SecurityGroupName="python-renamed")
    named = call("DescribeSecurityGroups", SecurityGroupName="python-renamed", SecurityGroupId=group)
    check("the new name finds it", [one["SecurityGroupId"] for one in named["SecurityGroups"]["SecurityGroup"]], [group])
    call("ModifySecurityGroupPolicy", SecurityGroupId=group, InnerAccessPolicy="Drop")
    check("the policy inside the group is changed", call("DescribeSecurityGroupAttribute", SecurityGroupId=group)["InnerAccessPolicy"], "Drop")
    call("TagResources", ResourceType="securitygroup", ResourceIds=[group], Tags=[{"Key": "owner", "Value": "me"}])
    tags = call("ListTagResources", ResourceType="securitygroup", ResourceIds=[group])["TagResources"]["TagResource"]
    check("the tag is listed", [(one["TagKey"], one["TagValue"]) for one in tags], [("owner", "me")])
    call("RevokeSecurityGroupEgress", SecurityGroupId=group, IpProtocol="udp", PortRange="53/53", DestCidrIp="10.0.0.53/32", Policy="accept", Priority="9")
    check("an address and its /32 are one", call("DescribeSecurityGroupAttribute", SecurityGroupId=group)["Permissions"]["Permission"], [])
finally:
    call("DeleteSecurityGroup", SecurityGroupId=group)

refused(
    "a group that is gone has the documented code",
    lambda: call("DescribeSecurityGroupAttribute", SecurityGroupId=group),
    "InvalidSecurityGroupId.NotFound",
    lambda error: error.get_error_code(),
)
