package io.lynse.coordinator.shardclient;

import io.lynse.model.GrpcPort;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Where a shard node listens. gRPC follows from the HTTP port by the port rule. */
public record NodeAddress(String host, int httpPort) {

    public static final String EXPECTED = "expected http://HOST:PORT";

    /** @throws IllegalArgumentException saying what was expected */
    public static NodeAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException malformed) {
            throw refused(text, malformed.getReason());
        }
        if ("https".equalsIgnoreCase(uri.getScheme())) throw refused(text, "https to shard nodes is not supported yet");
        if (!"http".equalsIgnoreCase(uri.getScheme())) throw refused(text, null);
        if (uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null || uri.getFragment() != null) throw refused(text, null);
        if (uri.getPath() != null && !uri.getPath().isEmpty() && !uri.getPath().equals("/")) throw refused(text, "a path has no meaning here");
        if (uri.getPort() < 1 || uri.getPort() > 65_535) throw refused(text, "the port is missing or out of range");
        return new NodeAddress(uri.getHost(), uri.getPort());
    }

    /** The node behind a gRPC address HOST:PORT. Of the few ports that two HTTP ports share as gRPC port it takes the lower one's. */
    public static NodeAddress ofGrpc(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return new NodeAddress(address.substring(0, colon), GrpcPort.httpPort(Integer.parseInt(address.substring(colon + 1))));
        } catch (IndexOutOfBoundsException | IllegalArgumentException malformed) {
            throw new IllegalArgumentException("'" + address + "' is no gRPC address of a node", malformed);
        }
    }

    /** The one form in which addresses are compared: no slash at the end. */
    public String uri() {
        return "http://" + host + ":" + httpPort;
    }

    public int grpcPort() {
        return GrpcPort.of(httpPort);
    }

    /** As owners of the metadata know each other: {@code host:port} of gRPC. */
    public String grpcAddress() {
        return host + ":" + grpcPort();
    }

    @Override
    public String toString() {
        return uri();
    }

    private static IllegalArgumentException refused(String text, @Nullable String reason) {
        return new IllegalArgumentException("'" + text + "' is no address of a node (" + EXPECTED + (reason == null ? "" : ": " + reason) + ")");
    }
}
