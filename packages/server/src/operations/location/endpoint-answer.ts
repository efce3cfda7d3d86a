/** The names by which clients ask for the products that are served here. */
export const serviceCodes = ['ecs', 'location', 'nis', 'resourcemanager', 'sts', 'vpc']

/** Where a product answers, as either operation answers it. */
export const endpointAnswer = (host: string, regionId: string, serviceCode: string, namespace = '26842') => ({
  Endpoint: host,
  Id: regionId,
  // The real service writes it so.
  SerivceCode: serviceCode,
  Namespace: namespace,
  Type: 'openAPI',
  Protocols: { Protocols: ['HTTP', 'HTTPS'] },
})
