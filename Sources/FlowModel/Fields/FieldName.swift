/// A field of a flow log record, spelled as AWS spells it in headers and LogFormat strings.
///
/// 54 fields of VPC flow logs (versions 2 to 11) and 18 of transit gateway flow logs (version 6).
/// Source: AWS documentation, "Flow log records" and "Transit Gateway Flow Log records".
public enum FieldName: String, CaseIterable, Sendable {
  /// `version`, since version 2.
  case version
  /// `account-id`, since version 2.
  case accountId = "account-id"
  /// `interface-id`, since version 2.
  case interfaceId = "interface-id"
  /// `srcaddr`, since version 2.
  case sourceAddress = "srcaddr"
  /// `dstaddr`, since version 2.
  case destinationAddress = "dstaddr"
  /// `srcport`, since version 2.
  case sourcePort = "srcport"
  /// `dstport`, since version 2.
  case destinationPort = "dstport"
  /// `protocol`, since version 2.
  case protocolNumber = "protocol"
  /// `packets`, since version 2.
  case packets
  /// `bytes`, since version 2.
  case bytes
  /// `start`, since version 2.
  case start
  /// `end`, since version 2.
  case end
  /// `action`, since version 2.
  case action
  /// `log-status`, since version 2.
  case logStatus = "log-status"
  /// `vpc-id`, since version 3.
  case vpcId = "vpc-id"
  /// `subnet-id`, since version 3.
  case subnetId = "subnet-id"
  /// `instance-id`, since version 3.
  case instanceId = "instance-id"
  /// `tcp-flags`, since version 3.
  case tcpFlags = "tcp-flags"
  /// `type`, since version 3.
  case type
  /// `pkt-srcaddr`, since version 3.
  case packetSource = "pkt-srcaddr"
  /// `pkt-dstaddr`, since version 3.
  case packetDestination = "pkt-dstaddr"
  /// `region`, since version 4.
  case region
  /// `az-id`, since version 4.
  case azId = "az-id"
  /// `sublocation-type`, since version 4.
  case sublocationType = "sublocation-type"
  /// `sublocation-id`, since version 4.
  case sublocationId = "sublocation-id"
  /// `pkt-src-aws-service`, since version 5.
  case pktSrcAwsService = "pkt-src-aws-service"
  /// `pkt-dst-aws-service`, since version 5.
  case pktDstAwsService = "pkt-dst-aws-service"
  /// `flow-direction`, since version 5.
  case flowDirection = "flow-direction"
  /// `traffic-path`, since version 5.
  case trafficPath = "traffic-path"
  /// `ecs-cluster-arn`, since version 7.
  case ecsClusterArn = "ecs-cluster-arn"
  /// `ecs-cluster-name`, since version 7.
  case ecsClusterName = "ecs-cluster-name"
  /// `ecs-container-instance-arn`, since version 7.
  case ecsContainerInstanceArn = "ecs-container-instance-arn"
  /// `ecs-container-instance-id`, since version 7.
  case ecsContainerInstanceId = "ecs-container-instance-id"
  /// `ecs-container-id`, since version 7.
  case ecsContainerId = "ecs-container-id"
  /// `ecs-second-container-id`, since version 7.
  case ecsSecondContainerId = "ecs-second-container-id"
  /// `ecs-service-name`, since version 7.
  case ecsServiceName = "ecs-service-name"
  /// `ecs-task-definition-arn`, since version 7.
  case ecsTaskDefinitionArn = "ecs-task-definition-arn"
  /// `ecs-task-arn`, since version 7.
  case ecsTaskArn = "ecs-task-arn"
  /// `ecs-task-id`, since version 7.
  case ecsTaskId = "ecs-task-id"
  /// `reject-reason`, since version 8.
  case rejectReason = "reject-reason"
  /// `resource-id`, since version 9.
  case resourceId = "resource-id"
  /// `encryption-status`, since version 10.
  case encryptionStatus = "encryption-status"
  /// `instance-tag`, since version 11.
  case instanceTag = "instance-tag"
  /// `instance-tag-2`, since version 11.
  case instanceTag2 = "instance-tag-2"
  /// `interface-tag`, since version 11.
  case interfaceTag = "interface-tag"
  /// `interface-tag-2`, since version 11.
  case interfaceTag2 = "interface-tag-2"
  /// `asg-tag`, since version 11.
  case asgTag = "asg-tag"
  /// `asg-tag-2`, since version 11.
  case asgTag2 = "asg-tag-2"
  /// `interface-type`, since version 11.
  case interfaceType = "interface-type"
  /// `next-hop-interface-id`, since version 11.
  case nextHopInterfaceId = "next-hop-interface-id"
  /// `next-hop-subnet-id`, since version 11.
  case nextHopSubnetId = "next-hop-subnet-id"
  /// `next-hop-az-id`, since version 11.
  case nextHopAzId = "next-hop-az-id"
  /// `next-hop-vpc-id`, since version 11.
  case nextHopVpcId = "next-hop-vpc-id"
  /// `next-hop-interface-type`, since version 11.
  case nextHopInterfaceType = "next-hop-interface-type"
  /// `resource-type`, since version 6.
  case resourceType = "resource-type"
  /// `tgw-id`, since version 6.
  case tgwId = "tgw-id"
  /// `tgw-attachment-id`, since version 6.
  case tgwAttachmentId = "tgw-attachment-id"
  /// `tgw-src-vpc-account-id`, since version 6.
  case tgwSrcVpcAccountId = "tgw-src-vpc-account-id"
  /// `tgw-dst-vpc-account-id`, since version 6.
  case tgwDstVpcAccountId = "tgw-dst-vpc-account-id"
  /// `tgw-src-vpc-id`, since version 6.
  case tgwSrcVpcId = "tgw-src-vpc-id"
  /// `tgw-dst-vpc-id`, since version 6.
  case tgwDstVpcId = "tgw-dst-vpc-id"
  /// `tgw-src-subnet-id`, since version 6.
  case tgwSrcSubnetId = "tgw-src-subnet-id"
  /// `tgw-dst-subnet-id`, since version 6.
  case tgwDstSubnetId = "tgw-dst-subnet-id"
  /// `tgw-src-eni`, since version 6.
  case tgwSrcEni = "tgw-src-eni"
  /// `tgw-dst-eni`, since version 6.
  case tgwDstEni = "tgw-dst-eni"
  /// `tgw-src-az-id`, since version 6.
  case tgwSrcAzId = "tgw-src-az-id"
  /// `tgw-dst-az-id`, since version 6.
  case tgwDstAzId = "tgw-dst-az-id"
  /// `tgw-pair-attachment-id`, since version 6.
  case tgwPairAttachmentId = "tgw-pair-attachment-id"
  /// `packets-lost-no-route`, since version 6.
  case packetsLostNoRoute = "packets-lost-no-route"
  /// `packets-lost-blackhole`, since version 6.
  case packetsLostBlackhole = "packets-lost-blackhole"
  /// `packets-lost-mtu-exceeded`, since version 6.
  case packetsLostMtuExceeded = "packets-lost-mtu-exceeded"
  /// `packets-lost-ttl-expired`, since version 6.
  case packetsLostTtlExpired = "packets-lost-ttl-expired"
}
