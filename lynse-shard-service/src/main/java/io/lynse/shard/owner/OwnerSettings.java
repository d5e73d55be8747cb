package io.lynse.shard.owner;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * @param electionLeast     a follower that hears nothing of the leader waits between this and twice this before it asks for votes
 * @param snapshotThreshold entries of the log between two snapshots
 */
public record OwnerSettings(Duration electionLeast, long snapshotThreshold) {

    public static final OwnerSettings DEFAULT = new OwnerSettings(Duration.ofMillis(500), 10_000);

    public OwnerSettings {
        if (electionLeast.toMillis() < 10) throw new IllegalArgumentException("an election time-out is at least 10 ms: " + electionLeast);
        if (snapshotThreshold < 1) throw new IllegalArgumentException("a snapshot follows at least one entry: " + snapshotThreshold);
    }

    /** As Ratis wants to be told. What is set here and why: NOTES of the transport and Ratis' own documentation. */
    RaftProperties properties(Path folder) {
        var properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
        TimeDuration least = millis(electionLeast.toMillis());
        TimeDuration most = millis(2 * electionLeast.toMillis());
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, least);
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, most);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, least);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, most);
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, most);
        // A leader that did not hear a majority in time steps down, and is often the only one with a log that others vote for. By default it
        // does not ask for their votes for ten seconds.
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(properties, least);
        // Between two attempts at an owner that is down: at the default of 25 ms they flood the log.
        RaftServerConfigKeys.Rpc.setSleepTime(properties, millis(100));
        // A node that slept goes on: Raft is safe whatever sleeps how long, and a Raft that ends itself would leave the node beside its group.
        RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(1, TimeUnit.DAYS));
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf("4MB"));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf("1MB"));
        // One entry and one fsync less for each that is committed.
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 100);
        RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
        RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, millis(0));
        // Both must fit into the node's largest message, 4 MiB.
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf("2MB"));
        RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(properties, SizeInBytes.valueOf("1MB"));
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, snapshotThreshold);
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, 2);
        RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
        RaftServerConfigKeys.Read.setTimeout(properties, millis(3 * electionLeast.toMillis()));
        return properties;
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
