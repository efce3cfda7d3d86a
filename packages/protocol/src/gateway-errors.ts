import { raiser, type ErrorTable } from './errors.js'

/**
 * What the gateway itself answers, before an operation runs. Codes, statuses and texts are those of Alibaba's common
 * error tables and of real answers seen in public; where they disagree, the ECS gateway's answer wins.
 */
export const gatewayErrors = {
  'InvalidAction.NotFound': {
    status: 404,
    message: 'Specified api is not found, please check your url and method.',
    when: 'The version is served but has no such action, or the path is not /.',
  },
  UnsupportedOperation: {
    status: 400,
    message: 'The operation %s of %s %s is not supported by this server.',
    when: 'The product has the action, but this server does not serve it. The text is ours.',
  },
  'UnsupportedOperation#preview': {
    status: 400,
    message: 'The operation %s cannot be previewed. Send it without the header x-sallyport-preview.',
    when: 'The header asks for a preview of an operation that has none. The text is ours.',
  },
  InvalidVersion: {
    status: 400,
    message: 'Specified parameter Version is not valid.',
    when: 'No operation of that version is served.',
  },
  UnsupportedHTTPMethod: {
    status: 403,
    message: 'This HTTP method is not supported.',
    when: 'The method is neither GET nor POST.',
  },
  MissingAction: missing('Action'),
  MissingVersion: missing('Version'),
  MissingAccessKeyId: missing('AccessKeyId'),
  MissingSignatureMethod: missing('SignatureMethod'),
  MissingSignatureVersion: missing('SignatureVersion'),
  MissingSignatureNonce: missing('SignatureNonce'),
  MissingTimestamp: missing('Timestamp'),
  MissingSignature: missing('Signature'),
  MissingParameter: {
    status: 400,
    message: 'The input parameter "%s" that is mandatory for processing this request is not supplied.',
    when: 'A parameter that the operation declares as required is absent or empty.',
  },
  InvalidParameter: {
    status: 400,
    message: 'Specified parameter %s is not valid.',
    when: 'A value does not have the declared type, range or form, or is not percent-encoded UTF-8.',
  },
  'InvalidParameter#duplicate': {
    status: 400,
    message: 'Specified parameter %s is not valid. It is given twice with different values.',
    when: 'One name comes with two values, in the query, in the form, or one in each.',
  },
  'InvalidParameter#count': {
    status: 400,
    message: 'The request holds more than %s parameters. Send fewer.',
    when: 'Query and form together hold too many parameters.',
  },
  'InvalidParameter#body': {
    status: 400,
    message: 'The request body is longer than %s bytes. Send less.',
    when: 'The body is over the limit; the connection is closed.',
  },
  'InvalidParameter#preview': {
    status: 400,
    message: 'The header x-sallyport-preview is "%s". Send 1, or leave it out.',
    when: 'The header has another value than 1. The text is ours.',
  },
  'InvalidParameter.Format': {
    status: 400,
    message: 'Specified parameter format is not valid.',
    when: 'Format is neither JSON nor XML.',
  },
  'InvalidAccessKeyId.NotFound': {
    status: 404,
    message: 'Specified access key is not found.',
    when: 'No such access key.',
  },
  'InvalidAccessKeyId.Inactive': {
    status: 400,
    message: 'Specified access key is disabled.',
    when: 'The access key is disabled.',
  },
  MissingSecurityToken: missing('SecurityToken'),
  'InvalidSecurityToken.Malformed': {
    status: 400,
    message: 'Specified SecurityToken is malformed.',
    when: 'A security token is none that this server gave out.',
  },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    status: 400,
    message: 'Specified SecurityToken mismatch with the AccessKey.',
    when: 'A security token comes with an access key that is not a temporary one, or with another temporary one.',
  },
  'InvalidSecurityToken.Expired': {
    status: 400,
    message: 'Specified SecurityToken is expired.',
    when: 'The temporary access key has expired.',
  },
  'InvalidTimeStamp.Format': {
    status: 400,
    message: 'Specified time stamp or date value is not well formatted.',
    when: 'Timestamp or x-acs-date is not yyyy-MM-ddTHH:mm:ssZ (milliseconds allowed).',
  },
  'InvalidTimeStamp.Expired': {
    status: 400,
    message: 'Specified time stamp or date value is expired.',
    when: 'The timestamp is outside the window, or older than the replay memory reaches.',
  },
  SignatureNonceUsed: {
    status: 400,
    message: 'Specified signature nonce was used already.',
    when: 'The access key already signed a request with this nonce.',
  },
  InvalidSignatureMethod: {
    status: 400,
    message: 'Specified signature method is not valid.',
    when: 'The algorithm is none of HMAC-SHA1, HMAC-SHA256 and ACS3-HMAC-SHA256.',
  },
  InvalidSignatureVersion: {
    status: 400,
    message: 'Specified parameter SignatureVersion is not valid.',
    when: 'SignatureVersion is not 1.0.',
  },
  UnsupportedParameter: {
    status: 400,
    message: 'The parameters is unsupported.',
    when: 'SignatureType is given: bearer tokens and key pairs are not served.',
  },
  SignatureDoesNotMatch: {
    status: 400,
    message: 'Specified signature is not matched with our calculation. server string to sign is:%s',
    when: 'The signature is not the one computed from what arrived.',
  },
  'SignatureDoesNotMatch#v3': {
    status: 400,
    message:
      'Specified signature is not matched with our calculation. server canonical request is:%s server string to sign is:%s',
    when: 'The ACS3 signature, or the content hash, is not the one computed from what arrived.',
  },
  IncompleteSignature: {
    status: 400,
    message: 'The request signature does not conform to Aliyun standards. server string to sign is:%s',
    when: 'The Authorization header is malformed or leaves out a header that must be signed.',
  },
  InvalidOwner: {
    status: 400,
    message: "OwnerId and OwnerAccount can't be used at one API access.",
    when: 'OwnerId and OwnerAccount are both given.',
  },
  InvalidOwnerId: {
    status: 400,
    message: 'Specified parameter %s is not valid.',
    when: 'OwnerId or ResourceOwnerId is not the id of an account that the caller may act for: its own, or, as a service, any.',
  },
  InvalidOwnerAccount: {
    status: 400,
    message: 'Specified parameter %s is not valid.',
    when: 'OwnerAccount or ResourceOwnerAccount is not the login name of an account that the caller may act for.',
  },
  'Forbidden.RAM': {
    status: 403,
    message: "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    when: 'The policy of the access key, or of the role assumed, does not allow the call.',
  },
  InternalError: {
    status: 500,
    message: 'The request processing has failed due to some unknown error.',
    when: 'A defect of the server, or an injected fault. The cause is in the log under the request id.',
  },
} as const satisfies ErrorTable

/** Raises a gateway error by its key. */
export const raiseGateway = raiser(gatewayErrors)

function missing<const P extends string>(parameter: P) {
  return {
    status: 400,
    message: `${parameter} is mandatory for this action.`,
    when: `${parameter}, or the header that carries it in ACS3, is absent or empty.`,
  } as const
}
