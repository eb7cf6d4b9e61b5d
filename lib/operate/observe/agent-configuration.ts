/**
 * Configuration of the CloudWatch agent on every server: the application's log file, what EC2 can't see from outside (memory, swap, how full
 * disks are), and a place on the server itself that takes traces and hands them to X-Ray. Each metric of each server costs money, so what EBS
 * tells for nothing, such as a volume's queue, isn't measured again. Format: CloudWatch agent docs, "Create or edit the CloudWatch agent
 * configuration file".
 * @param logGroupName log group of the application.
 * @param hasMetrics whether memory and disks are measured.
 */
export function agentConfiguration(logGroupName: string, hasMetrics = true): object {
  return {
    agent: { metrics_collection_interval: 60, run_as_user: 'root' },
    logs: {
      logs_collected: {
        files: {
          collect_list: [{ file_path: '/var/log/app/app.log', log_group_name: logGroupName, log_stream_name: '{instance_id}' }],
        },
      },
    },
    ...(hasMetrics && {
      metrics: {
        namespace: 'CWAgent',
        append_dimensions: { InstanceId: '${aws:InstanceId}', AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
        metrics_collected: {
          mem: { measurement: ['mem_used_percent'] },
          swap: { measurement: ['swap_used_percent'] },
          disk: {
            measurement: ['used_percent'],
            resources: ['/', '/data'],
            ignore_file_system_types: ['tmpfs', 'devtmpfs'],
            // Otherwise the device's name, which differs from server to server, would be part of the metric's name.
            drop_device: true,
          },
        },
      },
    }),
    // OpenTelemetry on ports 4317 (gRPC) and 4318 (HTTP), X-Ray's own format on 2000; all on 127.0.0.1.
    traces: { traces_collected: { otlp: {}, xray: {} } },
  };
}
