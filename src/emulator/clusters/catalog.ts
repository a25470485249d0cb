// What the emulated cloud offers: instance types, runtime versions and zones, in the shape of an AWS workspace.

interface NodeKind {
  readonly id: string;
  readonly memoryMb: number;
  readonly cores: number;
  readonly category: string;
  readonly gpus?: number;
  readonly graviton?: boolean;
  readonly deprecated?: boolean;
  /** Size of the one NVMe disk of the instance, or of its one older SSD. */
  readonly nvmeGb?: number;
  readonly ssdGb?: number;
}

export const nodeKinds: readonly NodeKind[] = [
  { id: "m5.large", memoryMb: 8192, cores: 2, category: "General Purpose" },
  { id: "m5.xlarge", memoryMb: 16384, cores: 4, category: "General Purpose" },
  { id: "m5d.large", memoryMb: 8192, cores: 2, category: "General Purpose", nvmeGb: 75 },
  { id: "m5d.xlarge", memoryMb: 16384, cores: 4, category: "General Purpose", nvmeGb: 150 },
  { id: "m6gd.large", memoryMb: 8192, cores: 2, category: "General Purpose", graviton: true, nvmeGb: 118 },
  { id: "r5d.large", memoryMb: 16384, cores: 2, category: "Memory Optimized", nvmeGb: 75 },
  { id: "r5d.xlarge", memoryMb: 32768, cores: 4, category: "Memory Optimized", nvmeGb: 150 },
  { id: "i3.xlarge", memoryMb: 31232, cores: 4, category: "Storage Optimized", nvmeGb: 950 },
  { id: "i3.2xlarge", memoryMb: 62464, cores: 8, category: "Storage Optimized", nvmeGb: 1900 },
  { id: "c5d.2xlarge", memoryMb: 16384, cores: 8, category: "Compute Optimized", nvmeGb: 200 },
  { id: "g5.xlarge", memoryMb: 16384, cores: 4, category: "GPU Accelerated", gpus: 1, nvmeGb: 250 },
  { id: "r3.xlarge", memoryMb: 31232, cores: 4, category: "Memory Optimized", deprecated: true, ssdGb: 80 },
];

/** One element of list-node-types. */
export function nodeTypeView(kind: NodeKind): object {
  const photon = kind.gpus === undefined && kind.deprecated !== true;
  return {
    node_type_id: kind.id,
    memory_mb: kind.memoryMb,
    num_cores: kind.cores,
    num_gpus: kind.gpus ?? 0,
    description: kind.id,
    instance_type_id: kind.id,
    category: kind.category,
    is_deprecated: kind.deprecated ?? false,
    is_hidden: false,
    is_graviton: kind.graviton ?? false,
    is_io_cache_enabled: kind.category === "Storage Optimized",
    is_encrypted_in_transit: false,
    support_ebs_volumes: true,
    support_cluster_tags: true,
    support_port_forwarding: true,
    photon_driver_capable: photon,
    photon_worker_capable: photon,
    node_instance_type: {
      instance_type_id: kind.id,
      // All four are always there: the Python SDK sorts by them, and cannot compare a number with nothing.
      local_disks: kind.ssdGb === undefined ? 0 : 1,
      local_disk_size_gb: kind.ssdGb ?? 0,
      local_nvme_disks: kind.nvmeGb === undefined ? 0 : 1,
      local_nvme_disk_size_gb: kind.nvmeGb ?? 0,
      instance_family: `EC2 ${kind.id.split(".")[0] ?? ""} Family vCPUs`,
    },
    node_info: { status: [], available_core_quota: 0, total_core_quota: 0 },
    display_order: 0,
  };
}

export const sparkVersions: readonly { readonly key: string; readonly name: string }[] = [
  { key: "17.3.x-scala2.13", name: "17.3 LTS (includes Apache Spark 4.0.0, Scala 2.13)" },
  { key: "17.3.x-cpu-ml-scala2.13", name: "17.3 LTS ML (includes Apache Spark 4.0.0, Scala 2.13)" },
  { key: "17.3.x-photon-scala2.13", name: "17.3 LTS Photon (includes Apache Spark 4.0.0, Scala 2.13)" },
  { key: "16.4.x-scala2.13", name: "16.4 LTS (includes Apache Spark 3.5.2, Scala 2.13)" },
  { key: "16.4.x-scala2.12", name: "16.4 LTS (includes Apache Spark 3.5.2, Scala 2.12)" },
  { key: "16.4.x-cpu-ml-scala2.12", name: "16.4 LTS ML (includes Apache Spark 3.5.2, Scala 2.12)" },
  { key: "16.4.x-gpu-ml-scala2.12", name: "16.4 LTS ML (includes Apache Spark 3.5.2, GPU, Scala 2.12)" },
  { key: "16.4.x-photon-scala2.12", name: "16.4 LTS Photon (includes Apache Spark 3.5.2, Scala 2.12)" },
  { key: "15.4.x-scala2.12", name: "15.4 LTS (includes Apache Spark 3.5.0, Scala 2.12)" },
  { key: "15.4.x-cpu-ml-scala2.12", name: "15.4 LTS ML (includes Apache Spark 3.5.0, Scala 2.12)" },
  { key: "15.4.x-aarch64-scala2.12", name: "15.4 LTS aarch64 (includes Apache Spark 3.5.0, Scala 2.12)" },
  { key: "14.3.x-scala2.12", name: "14.3 LTS (includes Apache Spark 3.5.0, Scala 2.12)" },
  { key: "13.3.x-scala2.12", name: "13.3 LTS (includes Apache Spark 3.4.1, Scala 2.12)" },
];

export const zones = { zones: ["us-west-2a", "us-west-2b", "us-west-2c"], default_zone: "us-west-2a" };

/** The instance type by its id. */
export function nodeKind(id: string): NodeKind | undefined {
  return nodeKinds.find((kind) => kind.id === id);
}
