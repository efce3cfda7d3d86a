// A journey with alibaba-cloud-sdk-go, on which aliyun-cli and parts of the Terraform provider are built:
// signature V1, POST with all parameters in the query, JSON. Prints a line for each step that holds.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

type target struct {
	Endpoint, AccessKeyID, AccessKeySecret, Region string
	Secure                                         bool
}

func check(what string, holds bool, actual interface{}) {
	if !holds {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, actual)
		os.Exit(1)
	}
	fmt.Println("ok", what)
}

func must(what string, err error) {
	check(what, err == nil, err)
}

func main() {
	var to target
	must("the target is read", json.NewDecoder(os.Stdin).Decode(&to))
	scheme := "HTTP"
	if to.Secure {
		scheme = "HTTPS"
	}
	config := sdk.NewConfig().WithScheme(scheme)
	client, err := ecs.NewClientWithOptions(to.Region, config, credentials.NewAccessKeyCredential(to.AccessKeyID, to.AccessKeySecret))
	must("the client is made", err)
	client.Domain = to.Endpoint

	create := ecs.CreateCreateSecurityGroupRequest()
	create.SecurityGroupName = "go"
	create.Description = "Go & more: *~ü +"
	made, err := client.CreateSecurityGroup(create)
	must("a group is made", err)
	group := made.SecurityGroupId

	authorize := ecs.CreateAuthorizeSecurityGroupEgressRequest()
	authorize.SecurityGroupId = group
	authorize.Permissions = &[]ecs.AuthorizeSecurityGroupEgressPermissions{
		{IpProtocol: "TCP", PortRange: "443/443", DestCidrIp: "203.0.113.0/24", Policy: "drop", Priority: "7"},
		{IpProtocol: "UDP", PortRange: "53/53", Ipv6DestCidrIp: "2001:db8::53"},
	}
	_, err = client.AuthorizeSecurityGroupEgress(authorize)
	must("two rules are made in one call", err)

	describe := ecs.CreateDescribeSecurityGroupAttributeRequest()
	describe.SecurityGroupId = group
	described, err := client.DescribeSecurityGroupAttribute(describe)
	must("the group is described", err)
	rules := described.Permissions.Permission
	check("both rules are there", len(rules) == 2, rules)
	check("the priority is decoded", rules[0].Priority == "7", rules[0].Priority)
	check("the policy is spelt as the service does", rules[0].Policy == "Drop", rules[0].Policy)
	check("the description of the group survives", described.Description == create.Description, described.Description)

	revoke := ecs.CreateRevokeSecurityGroupEgressRequest()
	revoke.SecurityGroupId = group
	revoke.SecurityGroupRuleId = &[]string{rules[0].SecurityGroupRuleId, rules[1].SecurityGroupRuleId}
	_, err = client.RevokeSecurityGroupEgress(revoke)
	must("rules are revoked by id", err)

	remove := ecs.CreateDeleteSecurityGroupRequest()
	remove.SecurityGroupId = group
	_, err = client.DeleteSecurityGroup(remove)
	must("the group is deleted", err)

	_, err = client.DescribeSecurityGroupAttribute(describe)
	refusal, isServer := err.(errors.Error)
	check("a group that is gone has the documented code", isServer && refusal.ErrorCode() == "InvalidSecurityGroupId.NotFound", err)

	wrong, err := ecs.NewClientWithOptions(to.Region, config, credentials.NewAccessKeyCredential(to.AccessKeyID, to.AccessKeySecret+"x"))
	must("a client with a wrong secret is made", err)
	wrong.Domain = to.Endpoint
	regions := ecs.CreateDescribeRegionsRequest()
	regions.Scheme = scheme
	_, err = wrong.DescribeRegions(regions)
	refusal, isServer = err.(errors.Error)
	// The SDK compares the server's string to sign with its own, and says so when only the secret can be wrong.
	check("a wrong secret is told from a wrong signature", isServer && refusal.ErrorCode() == "SignatureDoesNotMatch" &&
		strings.Contains(refusal.(*errors.ServerError).Recommend(), "InvalidAccessKeySecret"), err)
}
