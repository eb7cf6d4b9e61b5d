/**
 * Configuration of the CloudWatch agent on every server: the application's log file, and what EC2 can't see from outside
 * (memory, disk, swap). Format: CloudWatch agent docs, "Create or edit the CloudWatch agent configuration file".
 * @param logGroupName log group of the application.
 */
export function agentConfiguration(logGroupName: string): object {
  return {
    agent: { metrics_collection_interval: 60, run_as_user: 'root' },
    logs: {
      logs_collected: {
        files: {
          collect_list: [{ file_path: '/var/log/app/app.log', log_group_name: logGroupName, log_stream_name: '{instance_id}' }],
        },
      },
    },
    metrics: {
      namespace: 'CWAgent',
      append_dimensions: { InstanceId: '${aws:InstanceId}', AutoScalingGroupName: '${aws:AutoScalingGroupName}' },
      metrics_collected: {
        mem: { measurement: ['mem_used_percent'] },
        swap: { measurement: ['swap_used_percent'] },
        disk: { measurement: ['used_percent'], resources: ['/', '/data'], ignore_file_system_types: ['tmpfs', 'devtmpfs'] },
        diskio: { measurement: ['io_time', 'iops_in_progress'] },
      },
    },
  };
}
