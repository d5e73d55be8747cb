package io.lynse.shard.ship;

import com.google.protobuf.ByteString;
import io.lynse.shard.replication.Checksum;

/** A checksum as it travels. */
record SumBytes(ByteString bytes) implements Checksum {}
