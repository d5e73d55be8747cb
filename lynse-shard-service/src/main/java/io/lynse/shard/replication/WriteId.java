package io.lynse.shard.replication;

/** Names one request to one group in every retry of it: 16 bytes. */
public record WriteId(long high, long low) {

    @Override
    public String toString() {
        return "%016x%016x".formatted(high, low);
    }
}
