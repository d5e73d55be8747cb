package io.lynse.shard.replication;

import java.time.Duration;

/**
 * @param replicationTimeout  without progress for that long, with entries to take, a member is reported as stale
 * @param heartbeat           between two signs of life of a primary to each of its members
 * @param retry               before an unanswered proposal, report or read is made again
 * @param filesTimeout        a member that takes files and was not heard of for that long is greeted anew; it says so four times as often
 * @param handOverTimeout     a primary that was asked to hand over takes writes again after that
 * @param checksumInterval    between two checksum entries of a primary
 * @param waitingWritesMax    entries that are appended and not committed; beyond that, writes are refused
 * @param rememberedLsns      results of write ids are remembered over so many entries
 * @param applyLagMax         entries by which a follower's applying may stay behind what it acknowledges, so that a promotion is short
 */
public record ReplicationSettings(
        Duration replicationTimeout,
        Duration heartbeat,
        Duration retry,
        Duration filesTimeout,
        Duration handOverTimeout,
        Duration checksumInterval,
        int waitingWritesMax,
        int rememberedLsns,
        int applyLagMax) {

    public static final ReplicationSettings DEFAULT = new ReplicationSettings(
            Duration.ofSeconds(1), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofSeconds(30),
            10_000, 100_000, 10_000);
}
