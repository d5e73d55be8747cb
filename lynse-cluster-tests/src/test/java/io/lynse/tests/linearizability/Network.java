package io.lynse.tests.linearizability;

import io.lynse.tests.processes.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The owners' network on one machine, without privileges: a proxy for each pair of caller and owner. All owners have one address each, the name
 * {@code owner-N} and a port, as in production; every caller resolves that name to loopback addresses of its own, at which its own proxies listen.
 * So each pair can be cut by itself, and in one direction: then one may call the other, but not be called.
 *
 * <p>The loopback addresses beyond 127.0.0.1 exist by themselves on Linux.
 */
final class Network implements AutoCloseable {

    private static final int GRPC_ABOVE_HTTP = 10_000;

    private record Pair(int caller, int owner) {}

    private final List<Integer> httpPorts;
    private final Map<Pair, Link> links = new HashMap<>();

    /**
     * Callers are numbered from 0: the owners first, then the others.
     * @param others callers that are no owners
     */
    Network(int owners, int others) throws IOException {
        httpPorts = FreePorts.find(owners);
        for (int caller = 0; caller < owners + others; caller++) {
            for (int owner = 0; owner < owners; owner++) {
                if (caller != owner) links.put(new Pair(caller, owner), new Link(entrance(caller, owner), address(owner)));
            }
        }
    }

    static String name(int owner) {
        return "owner-" + owner;
    }

    static int owner(String name) {
        return Integer.parseInt(name.substring("owner-".length()));
    }

    /** By which the gRPC port follows; nobody listens there. */
    int httpPort(int owner) {
        return httpPorts.get(owner);
    }

    /** Where the owner itself listens. */
    InetSocketAddress address(int owner) {
        return new InetSocketAddress("127.0.0.1", httpPort(owner) + GRPC_ABOVE_HTTP);
    }

    /** Where a caller reaches an owner. */
    InetSocketAddress entrance(int caller, int owner) {
        return new InetSocketAddress("127.0." + (caller + 1) + "." + (owner + 1), httpPort(owner) + GRPC_ABOVE_HTTP);
    }

    /** The names as one owner knows them, in the form of {@code /etc/hosts}. */
    String hosts(int caller) {
        return IntStream.range(0, httpPorts.size())
                .mapToObj(owner -> (owner == caller ? address(owner) : entrance(caller, owner)).getAddress().getHostAddress() + " " + name(owner) + "\n")
                .collect(Collectors.joining("", "127.0.0.1 localhost\n", ""));
    }

    Link link(int caller, int owner) {
        return Objects.requireNonNull(links.get(new Pair(caller, owner)), () -> caller + " to " + owner);
    }

    /** By which an owner is reached, by whoever it may be. */
    List<Link> to(int owner) {
        var found = new ArrayList<Link>();
        links.forEach((pair, link) -> {
            if (pair.owner() == owner) found.add(link);
        });
        return found;
    }

    /** Between the owners alone. */
    List<Link> fromOwnersTo(int owner) {
        return IntStream.range(0, httpPorts.size()).filter(caller -> caller != owner).mapToObj(caller -> link(caller, owner)).toList();
    }

    /** Between the owners alone. */
    List<Link> toOwnersFrom(int owner) {
        return IntStream.range(0, httpPorts.size()).filter(other -> other != owner).mapToObj(other -> link(owner, other)).toList();
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
    }
}
