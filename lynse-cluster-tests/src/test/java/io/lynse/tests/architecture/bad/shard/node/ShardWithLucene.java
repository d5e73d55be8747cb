package io.lynse.tests.architecture.bad.shard.node;

import org.apache.lucene.index.IndexReader;

public final class ShardWithLucene {
    Object see() {
        return IndexReader.class;
    }
}
