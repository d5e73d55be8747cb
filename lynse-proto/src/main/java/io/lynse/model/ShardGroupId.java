package io.lynse.model;

/** Name of a shard group, as in {@code cluster.json}. */
public record ShardGroupId(String value) {

    public ShardGroupId {
        if (value.isBlank()) throw new IllegalArgumentException("a shard group name must not be blank");
    }

    @Override
    public String toString() {
        return value;
    }
}
