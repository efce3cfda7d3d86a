/** Services that administer or hold data, and that nobody means to offer to everyone. All of them use TCP. */
export interface ManagementPort {
  readonly port: number
  readonly service: string
}

/** The ports that the linter looks at when nothing else is asked for, by their IANA or customary use. */
export const managementPorts: readonly ManagementPort[] = [
  { port: 21, service: 'FTP' },
  { port: 22, service: 'SSH' },
  { port: 23, service: 'Telnet' },
  { port: 135, service: 'RPC' },
  { port: 445, service: 'SMB' },
  { port: 1433, service: 'SQL Server' },
  { port: 1521, service: 'Oracle' },
  { port: 2375, service: 'Docker' },
  { port: 2379, service: 'etcd' },
  { port: 3306, service: 'MySQL' },
  { port: 3389, service: 'RDP' },
  { port: 5432, service: 'PostgreSQL' },
  { port: 5601, service: 'Kibana' },
  { port: 5900, service: 'VNC' },
  { port: 5985, service: 'WinRM' },
  { port: 6379, service: 'Redis' },
  { port: 6443, service: 'Kubernetes' },
  { port: 9200, service: 'Elasticsearch' },
  { port: 10250, service: 'kubelet' },
  { port: 11211, service: 'memcached' },
  { port: 27017, service: 'MongoDB' },
]
