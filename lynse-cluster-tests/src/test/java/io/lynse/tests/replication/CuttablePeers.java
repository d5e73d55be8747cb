package io.lynse.tests.replication;

import io.lynse.metadata.MemberImage;
import io.lynse.shard.ship.Peers;
import io.lynse.wire.v1.MemberMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A node's way to the others, on which a test may lose what is sent to some of them. */
final class CuttablePeers implements Peers {

    private final Peers real;
    private final Set<String> cut = ConcurrentHashMap.newKeySet();

    CuttablePeers(Peers real) {
        this.real = real;
    }

    void cut(String uri, boolean is) {
        if (is) cut.add(uri);
        else cut.remove(uri);
    }

    @Override
    public Line open(Introduction introduction, MemberImage to, Events events) {
        Line line = real.open(introduction, to, events);
        return new Line() {
            @Override
            public boolean isReady() {
                return line.isReady();
            }

            @Override
            public void tell(MemberMessage message) {
                if (!cut.contains(to.uri())) line.tell(message);
            }

            @Override
            public void close() {
                line.close();
            }
        };
    }
}
